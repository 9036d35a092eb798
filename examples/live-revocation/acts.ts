import type { Issuer } from './issuer.ts';

/** What the page may name: the token and the key that it sees. */
export interface ActSubject {
  readonly jti: string;
  readonly kid: string;
}

/** What the page is told of an act: how many guards have said that they applied it, where that was asked. */
export interface ActAnswer {
  readonly confirmed?: number;
  readonly connected?: number;
}

type Act = (subject: ActSubject) => Promise<ActAnswer>;

const longestWaitMs = 5000;

/** What the buttons of the page do, as an administrator. Signing out is not among them: the page does that itself. */
export function createActs({ administrator, userId }: Issuer): Readonly<Record<string, Act>> {
  const user = `/v1/admin/users/${userId}`;
  let isReviewer = false;

  const revoke = async (scope: string, subject?: string): Promise<ActAnswer> => {
    const asked = { scope, reason: 'asked for in the page', wait: 'all', timeout_ms: longestWaitMs };
    const body = subject === undefined ? asked : { ...asked, subject };
    const { confirmed, connected }: Required<ActAnswer> = await administrator.call(
      'POST',
      '/v1/admin/revocations',
      body,
    );
    return { confirmed, connected };
  };
  return {
    disable: async () => {
      await administrator.call('PATCH', user, { disabled: true });
      return {};
    },
    enable: async () => {
      await administrator.call('PATCH', user, { disabled: false });
      return {};
    },
    'change-role': async () => {
      const roles = isReviewer ? ['user'] : ['user', 'reviewer'];
      await administrator.call('PATCH', user, { roles });
      isReviewer = !isReviewer;
      return {};
    },
    'revoke-token': ({ jti }) => revoke('token', jti),
    'compromise-key': async ({ kid }) => {
      const path = `/v1/admin/keys/${encodeURIComponent(kid)}/compromise`;
      await administrator.call('POST', path, { reason: 'asked for in the page' });
      return {};
    },
    everything: () => revoke('everything'),
  };
}
