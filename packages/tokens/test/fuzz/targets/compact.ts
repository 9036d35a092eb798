import {
  type AlgorithmName,
  createKeySet,
  type Key,
  toPublicKey,
  verifyJws,
  type VerifyJwsOptions,
} from '../../../src/index.ts';
import { algorithms } from '../../../src/algorithms.ts';
import {
  audience,
  forge,
  goodClaims,
  goodHeader,
  issuer,
  keyOf,
  nowSeconds,
  verifierFor,
} from '../../forge.ts';
import { corruptJson } from '../corrupt-json.ts';
import { corruptToken, type GoodToken, readGoodToken } from '../corrupt-token.ts';
import type { Accepted, Target } from '../target.ts';

export const verifying = (key: Key): Key => (key.kind === 'private' ? toPublicKey(key) : key);

/** Some tokens that differ in claims and headers, all good for `verifierFor(key)`. */
export function goodTokens(key: Key): readonly GoodToken[] {
  const more = [{}, { roles: ['user', 'admin'], nbf: nowSeconds }, { name: 'Žofie 🦊', cnf: { jkt: 'x' } }];
  return more.map((claims) => readGoodToken(forge(goodHeader(key), { ...goodClaims, ...claims }, key)));
}

/** Mutated tokens for a verifier of one key, and for a verifier that may choose among several. */
export function compactTargets(weights: readonly (readonly [AlgorithmName, number])[]): Target[] {
  const one = weights.map(([algorithm, weight]) => targetOf(algorithm, [keyOf(algorithm)], weight));
  const asymmetric = weights.map(([name]) => name).filter((name) => !algorithms[name].isSymmetric);
  return [...one, targetOf('set of keys', asymmetric.map(keyOf), 60), resignedTarget()];
}

function targetOf(name: string, keys: readonly Key[], weight: number): Target {
  const [first] = keys;
  if (first === undefined) throw new TypeError('a target has keys');
  const tokens = keys.flatMap(goodTokens);
  const good = new Set(tokens.map(({ text }) => text));
  const signatures = new Set(tokens.map(({ segments }) => segments[2]?.length));
  const set = keys.length === 1 ? verifying(first) : createKeySet(keys.map(verifying));
  const names = keys.map(({ algorithm }) => algorithm);
  const verifyJwt = verifierFor(first, { keys: set, algorithms: names });
  const options: VerifyJwsOptions = { keys: set, algorithms: names };
  return {
    name: `compact ${name}`,
    weight,
    describe: () => keys.map(({ keyObject }) => keyObject.export({ format: 'jwk' })),
    draw: (random) => {
      const token = corruptToken(tokens, random);
      const verify = random.below(4) === 0 ? () => verifyJws(token, options) : () => verifyJwt(token);
      return {
        input: token,
        isWhole: signatures.has(token.length - token.lastIndexOf('.') - 1),
        act: () => {
          verify();
          return good.has(token) ? 'genuine' : 'forged';
        },
      };
    },
  };
}

/** What the holder of the key may sign by mistake: every accepted token satisfies what a verifier promises. */
function resignedTarget(): Target {
  const key = keyOf('HS256');
  const verify = verifierFor(key);
  return {
    name: 'compact with a good signature',
    weight: 100,
    describe: () => key.keyObject.export({ format: 'jwk' }),
    draw: (random) => {
      const inHeader = random.below(3) === 0;
      const header = inHeader ? corruptJson(goodHeader(key), random) : goodHeader(key);
      const payload = inHeader ? goodClaims : corruptJson(goodClaims, random);
      const token = forge(header, payload, key);
      return { input: token, isWhole: true, act: () => judge(verify(token).claims) };
    },
  };
}

function judge(claims: { readonly iss: unknown; readonly aud: unknown; readonly exp: unknown }): Accepted {
  const { iss, aud, exp } = claims;
  const isMeant = aud === audience || (Array.isArray(aud) && aud.includes(audience));
  return iss === issuer && isMeant && typeof exp === 'number' && exp > nowSeconds - 2 ? 'genuine' : 'forged';
}
