import { createInvite } from '../../../src/flows/admin/create-invite.ts';
import { source } from '../http-ground.ts';
import { guarded, missing } from './admin.ts';
import type { Cast, Scenarios } from './scenario.ts';

const actor = { kind: 'command-line' } as const;
let made = 0;

async function makeInvite({ server }: Cast): Promise<string> {
  made += 1;
  const { id } = await createInvite(server.house, { actor, email: `guest-${made}@example.com` }, source);
  return id;
}

const invites = '/v1/admin/invites';
const unknownInvite = 'A'.repeat(43);

export const inviteScenarios: Scenarios = {
  [`GET ${invites}`]: guarded({
    name: 'open invitations',
    call: async (cast) => {
      await makeInvite(cast);
      return { path: `${invites}?limit=1` };
    },
    status: 200,
    contains: ['"email":"guest-', '"roles":["user"]', '"invited_by":null'],
    excludes: ['token', 'detail'],
  }),
  [`POST ${invites}`]: [
    ...guarded({
      name: 'somebody is invited',
      call: () => ({ json: { email: `guest-${(made += 1)}@example.com`, roles: ['user', 'admin'] } }),
      status: 201,
      contains: ['"invite":{"id":"', '"roles":["user","admin"]'],
      excludes: ['token'],
      audit: ['invite.created'],
    }),
    {
      name: 'who has an account is not invited',
      call: ({ user, admin }) => ({ token: admin.accessToken, json: { email: user.email.toUpperCase() } }),
      status: 409,
      code: 'email_taken',
    },
    {
      name: 'A-155: how long it is good cannot be said',
      call: ({ admin }) => ({
        token: admin.accessToken,
        json: { email: 'guest@example.com', expires_at: 9_999_999_999 },
      }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"expires_at"'],
    },
  ],
  [`DELETE ${invites}/{id}`]: [
    ...guarded({
      name: 'an invitation is withdrawn',
      call: async (cast) => ({ path: `${invites}/${await makeInvite(cast)}` }),
      status: 204,
      audit: ['invite.deleted'],
    }),
    missing(`${invites}/${unknownInvite}`),
  ],
};
