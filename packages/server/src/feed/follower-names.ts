import type { Auth } from '@countersign/guard';
import type { RevocationView } from '@countersign/revocation';

/**
 * Whether an event denies the token that a follower came in with. That it has
 * expired since, or that little is known just now, ends no stream; nor does a
 * compromised signing key, whose tokens are refused when they come in.
 */
export function isFollowerRevoked(view: RevocationView, { claims, ...auth }: Auth, nowMs: number): boolean {
  const names = {
    jti: textOf(claims['jti']) ?? '',
    sid: auth.sessionId,
    sub: auth.subject,
    clientId: auth.clientId,
    tid: textOf(claims['tid']),
    // Names no key: without one, the first compromised key would deny every follower for good.
    kid: '',
    rvs: countOf(claims['rvs']),
    iatSeconds: countOf(claims['iat']),
    expSeconds: countOf(claims['exp']),
  };
  return view.judge(names, { nowMs, maxStalenessSeconds: 1 }) === 'revoked';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
