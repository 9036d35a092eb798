import {
  type AlgorithmName,
  createRemoteKeySet,
  exportJwk,
  importJwk,
  importPem,
  importSecret,
  type Key,
  thumbprint,
  TokenError,
  toPublicKey,
  verifyJws,
} from '../../../src/index.ts';
import { keyOf, now } from '../../forge.ts';
import { corruptJson } from '../corrupt-json.ts';
import { corruptBytes, corruptText } from '../corrupt-text.ts';
import type { Random } from '../random.ts';
import type { Accepted, Target } from '../target.ts';
import { goodTokens } from './compact.ts';

const names: readonly AlgorithmName[] = [
  'RS256',
  'ES256',
  'ES512',
  'ES256K',
  'Ed25519',
  'ML-DSA-44',
  'HS256',
];
const asymmetric = names.filter((name) => name !== 'HS256');

interface Owner {
  readonly algorithm: AlgorithmName;
  readonly key: Key;
  readonly token: string;
  readonly jwk: object;
  readonly pems: readonly string[];
  readonly publicText: readonly Buffer[];
}

const owners = names.map((algorithm): Owner => {
  const key = keyOf(algorithm);
  const jwk = key.keyObject.export({ format: 'jwk' });
  const token = goodTokens(key)[0]?.text ?? '';
  if (key.kind === 'secret') return { algorithm, key, token, jwk, pems: [], publicText: [] };
  const { keyObject } = toPublicKey(key);
  const spki = keyObject.export({ format: 'pem', type: 'spki' });
  const pems = [spki, key.keyObject.export({ format: 'pem', type: 'pkcs8' })].map(String);
  const publicText = [
    Buffer.from(spki),
    keyObject.export({ format: 'der', type: 'spki' }),
    Buffer.from(JSON.stringify(exportJwk(key))),
  ];
  return { algorithm, key, token, jwk, pems, publicText };
});
const keyOwners = owners.filter(({ key }) => key.kind !== 'secret');
const describe = (): unknown => owners.map(({ jwk }) => jwk);

/** A key that came in verifies the owner's token exactly when it is the owner's key. */
function judge({ key, algorithm, token }: Owner, imported: Key): Accepted {
  const verifying = imported.kind === 'private' ? toPublicKey(imported) : imported;
  let holds = true;
  try {
    verifyJws(token, { keys: verifying, algorithms: [algorithm] });
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    holds = error.code === 'key_unknown';
  }
  if (key.kind === 'secret') return holds === isSameSecret(imported, key) ? 'genuine' : 'forged';
  const isSame = thumbprint(verifying) === thumbprint(key);
  if (isSame !== holds) return holds && verifying.keyId !== key.keyId ? 'another_key' : 'forged';
  return isSame ? 'genuine' : 'another_key';
}

/** HMAC fills a key up with zeros (RFC 2104 §2): zeros at its end make no other key. */
function isSameSecret(one: Key, other: Key): boolean {
  const [left, right] = [one, other].map(({ keyObject }) =>
    keyObject
      .export()
      .toString('hex')
      .replace(/(00)+$/, ''),
  );
  return left === right;
}

function corruptJwk(jwk: object, random: Random): unknown {
  if (random.below(2) === 0) return findJson(corruptJson(jwk, random));
  const [name, value] = random.pick(Object.entries(jwk));
  return {
    ...jwk,
    [name]: corruptBytes(Buffer.from(String(value), 'base64url'), random).toString('base64url'),
  };
}

function findJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function corruptPem(pem: string, random: Random): string {
  if (random.below(2) === 0) return corruptText(pem, random);
  const [first = '', ...rest] = pem.trimEnd().split('\n');
  const der = corruptBytes(Buffer.from(rest.slice(0, -1).join(''), 'base64'), random);
  return `${first}\n${der.toString('base64')}\n${rest.at(-1) ?? ''}\n`;
}

const jwkTarget: Target = {
  name: 'key as JWK',
  weight: 12,
  describe,
  draw: (random) => {
    const owner = random.pick(owners);
    const jwk = corruptJwk(owner.jwk, random);
    return {
      input: JSON.stringify(jwk) ?? 'undefined',
      isWhole: true,
      act: () => judge(owner, importJwk(jwk, { algorithm: owner.algorithm })),
    };
  },
};

const pemTarget: Target = {
  name: 'key as PEM',
  weight: 12,
  describe,
  draw: (random) => {
    const owner = random.pick(keyOwners);
    const pem = corruptPem(random.pick(owner.pems), random);
    return {
      input: pem,
      isWhole: true,
      act: () => judge(owner, importPem(pem, { algorithm: owner.algorithm })),
    };
  },
};

/** Bytes that everybody knows, slightly changed or not, never become the secret of an HMAC unnoticed. */
const secretTarget: Target = {
  name: 'public key as secret',
  weight: 12,
  describe,
  draw: (random) => {
    const known = random.pick(random.pick(keyOwners).publicText);
    const isIntact = random.below(4) === 0;
    const bytes = isIntact ? known : corruptBytes(known, random);
    return {
      input: bytes.toString('base64url'),
      isWhole: true,
      act: () => {
        importSecret(bytes, { algorithm: 'HS256' });
        return isIntact || bytes.equals(known) ? 'forged' : 'another_key';
      },
    };
  },
};

/** The body of a key set: what is found in it afterwards is the owner's key or verifies nothing of the owner's. */
const keySetTarget: Target = {
  name: 'key set',
  weight: 8,
  describe,
  draw: (random) => {
    const body = corruptKeySet(random);
    const owner = random.pick(keyOwners);
    const fetch = async (): Promise<Response> => new Response(new Uint8Array(body));
    return {
      input: body.toString('utf8'),
      isWhole: true,
      act: async () => {
        const set = createRemoteKeySet('https://issuer.example/jwks', { algorithms: asymmetric, fetch, now });
        await set.refresh();
        const { algorithm } = owner;
        const found =
          set.find({ algorithm, keyId: owner.key.keyId }) ?? set.find({ algorithm, keyId: undefined });
        return found === undefined ? 'another_key' : judge(owner, found);
      },
    };
  },
};

function corruptKeySet(random: Random): Buffer {
  const [one, other] = [random.pick(keyOwners).key, random.pick(keyOwners).key].map(exportJwk);
  const good = { keys: random.below(3) === 0 ? [one, other] : [one] };
  const kind = random.below(3);
  if (kind === 0) return Buffer.from(corruptText(JSON.stringify(good), random));
  if (kind === 1) return corruptJson(good, random);
  const text = corruptJson(one ?? {}, random).toString('utf8');
  return Buffer.from(`{"keys":[${text}${random.below(2) === 0 ? '' : `,${JSON.stringify(other)}`}]}`);
}

export const keyTargets: readonly Target[] = [jwkTarget, pemTarget, secretTarget, keySetTarget];
