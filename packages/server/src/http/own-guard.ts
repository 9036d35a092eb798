import { createGuard, RefusalError } from '@countersign/guard';
import { decodeUnverified } from '@countersign/tokens';
import { toEpochSeconds } from '../base/clock.ts';
import type { Caller, House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findCaller } from '../flows/find-caller.ts';
import { readBearer } from './read-bearer.ts';

/** Finds whose access token an `Authorization` field holds; undefined when it holds none. */
export type OwnGuard = (authorization: string | null) => Promise<Caller | undefined>;

/**
 * Protects our own API with the guard that our users protect theirs with. Then
 * the flow reads session and permissions live: here nobody waits for `exp`
 * (A-256, A-267).
 */
export function createOwnGuard(house: House): OwnGuard {
  const guard = createGuard({
    issuer: house.policy.issuer,
    audience: house.policy.audience,
    revocation: 'none',
    keys: house.keys.keySet,
    // After a change of algorithm, keys of the old one live on until their tokens are dead.
    algorithms: house.keys.algorithm === 'HS256' ? ['HS256'] : ['ES256', 'RS256', 'Ed25519'],
    now: house.now,
    // The process is small, and stays so with many users.
    cache: { maxBytes: 4 * 1024 * 1024 },
  });
  return async (authorization) => {
    const token = readBearer(authorization);
    if (token === undefined) return undefined;
    const auth = await guard.verify(token).catch(translate);
    const { jti, rvs } = auth.claims;
    const { kid } = decodeUnverified(token).header;
    return findCaller(house, {
      tokenId: typeof jti === 'string' ? jti : '',
      keyId: typeof kid === 'string' ? kid : undefined,
      rvs: typeof rvs === 'number' ? rvs : 0,
      subject: auth.subject,
      sessionId: auth.sessionId,
      clientId: auth.clientId,
      authTime: auth.authTime === undefined ? undefined : toEpochSeconds(auth.authTime * 1000),
    });
  };
}

/** One refusal for everything that is wrong with a token; the reason stays inside. */
function translate(error: unknown): never {
  if (error instanceof RefusalError) throw new Refusal('invalid_token', { reason: error.reason });
  throw error;
}
