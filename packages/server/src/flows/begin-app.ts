import type { Caller, House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { writeAppAddress } from '../proofs/app-address.ts';
import { encodeBase32 } from '../proofs/base32.ts';
import { makeTotpSecret } from '../proofs/totp.ts';
import { beginFactor, pendingFactorSeconds } from '../store/factors.ts';
import { keepGeneration } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { readRecentUser } from './read-recent-user.ts';

/** For its owner alone, once. */
export interface BegunApp {
  /** Base32, for apps that cannot see. */
  readonly secret: string;
  /** `otpauth://…`, for those that can. */
  readonly address: string;
  readonly expiresInSeconds: number;
}

/**
 * A secret for an authenticator app, which counts once a code of it came back.
 * One that counts already stays until then.
 *
 * @throws Refusal `insufficient_user_authentication`, `conflict`, `too_many_requests`
 */
export async function beginApp(house: House, caller: Caller, source: RequestSource): Promise<BegunApp> {
  house.limits.spend('profile by account', caller.userId);
  const user = await readRecentUser(house, caller);
  const secret = makeTotpSecret();
  const id = randomId();
  const act = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [
    act.record('factor.begun', { subject: user.id, detail: { kind: 'totp' } }),
    refusedAs(keepGeneration(user), 'conflict'),
    beginFactor({
      id,
      userId: user.id,
      kind: 'totp',
      target: null,
      sealedSecret: house.vault.close(secret, `factors:${id}`),
      createdAtMs: act.atMs,
    }),
  ]);
  const issuer = new URL(house.policy.issuer).hostname;
  return {
    secret: encodeBase32(secret),
    address: writeAppAddress({ secret, issuer, account: user.email }),
    expiresInSeconds: pendingFactorSeconds,
  };
}
