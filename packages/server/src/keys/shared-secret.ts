import { createKeySet, importSecret } from '@countersign/tokens';
import type { Now } from '../base/clock.ts';
import type { Keys, Log } from '../base/house.ts';
import type { Secret } from '../base/secret.ts';
import { signAccessToken, type TokenForm } from './access-token.ts';
import { createAccessTokenReader } from './read-access-token.ts';

/**
 * HS256 with the secret of the settings: nothing in the database, nothing
 * published, no rotation. Tokens carry no `kid`, since verifiers know one secret.
 *
 * @throws TokenError `key_invalid` under 32 bytes
 * @see RFC 7518 §3.2
 */
export function createSharedSecretKeys(
  secret: Secret<Uint8Array>,
  form: TokenForm,
  { log, now }: { readonly log: Log; readonly now: Now },
): Keys {
  const key = importSecret(secret.reveal(), { algorithm: 'HS256' });
  const keySet = createKeySet([key]);
  return {
    algorithm: 'HS256',
    keySet,
    issueAccessToken: (claims) => signAccessToken(claims, key, { form, log }),
    readAccessToken: createAccessTokenReader({ keySet, algorithms: ['HS256'], form, now }),
    publicJwks: () => ({ keys: [] }),
    list: () => [],
    planRotation: () => ({ kind: 'shared-secret' }),
    planCompromise: () => ({ kind: 'shared-secret' }),
    reload: async () => {},
    close: () => {},
  };
}
