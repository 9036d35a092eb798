import {
  createInviteInput,
  inviteAnswer,
  inviteObject,
  inviteParams,
  toWireInvite,
} from '../../contract/admin/invites.ts';
import { pageAnswer, pageQuery, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import { createInvite } from '../../flows/admin/create-invite.ts';
import { deleteInvite } from '../../flows/admin/delete-invite.ts';
import { listInvites } from '../../flows/admin/list-invites.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

const tag = 'Administration: users';

export const adminInviteRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/admin/invites',
    tag,
    summary: 'List invitations that can still be used, newest first',
    who: may('users:read'),
    limits: [],
    input: { query: pageQuery },
    output: { status: 200, body: pageAnswer(inviteObject) },
    refusals: [],
    async answer(house, { query }) {
      return { body: toWirePage(await listInvites(house, readPageQuery(query)), toWireInvite) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/invites',
    tag,
    summary: 'Invite somebody by mail',
    description:
      'Mails a link with which its reader registers, whatever the mode of registration: once, within seven days, with this address and these roles, as long as you may give them. A newer invitation of the same address replaces it.',
    who: may('users:write'),
    limits: [],
    input: { body: createInviteInput },
    output: { status: 201, body: inviteAnswer },
    refusals: ['not_found', 'email_taken', 'unknown_role', 'role_not_grantable'],
    async answer(house, { caller, body, source }) {
      const invite = await createInvite(house, { ...body, actor: actorOf(caller) }, source);
      return { body: { invite: toWireInvite(invite) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/invites/{id}',
    tag,
    summary: 'Withdraw an invitation',
    who: may('users:write'),
    limits: [],
    input: { params: inviteParams },
    output: { status: 204 },
    refusals: ['not_found'],
    async answer(house, { caller, params, source }) {
      await deleteInvite(house, { actor: actorOf(caller), inviteId: params.id }, source);
      return { body: undefined };
    },
  }),
];
