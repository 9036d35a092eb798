import {
  createEncryptedJwtVerifier,
  decryptJwe,
  encryptJwe,
  encryptJwt,
  type EncryptionKey,
} from '../../../src/index.ts';
import { algOf, encryptionKey, encryptionsFor, iterations } from '../../encrypted.ts';
import { keyOf, verifierFor } from '../../forge.ts';
import { corruptToken, type GoodToken, readGoodToken } from '../corrupt-token.ts';
import type { Target } from '../target.ts';
import { goodTokens } from './compact.ts';

/** A family of key management each; the slow ones are rare. */
const weights: readonly (readonly [string, number])[] = [
  ['A256GCM', 60],
  ['A128CBC-HS256', 60],
  ['A128KW', 60],
  ['A256GCMKW', 40],
  ['RSA-OAEP-256', 4],
  ['ECDH-ES P-256', 8],
  ['ECDH-ES+A256KW X25519', 8],
  ['PBES2-HS256+A128KW', 0.2],
];

export const encryptedTargets: readonly Target[] = weights.flatMap(([name, weight]) => {
  const key = encryptionKey(name);
  const plain = targetOf(name, weight, goodEncrypted(key, name));
  return name === 'A128KW' || name === 'A256GCM' ? [plain, nestedTarget(name, key)] : [plain];
});

function goodEncrypted(key: EncryptionKey, name: string): readonly GoodToken[] {
  const more = name.startsWith('PBES2') ? { iterations } : {};
  return encryptionsFor(key).map((encryption) =>
    readGoodToken(encryptJwe('the plaintext of this token', { key, encryption, type: 'example', ...more })),
  );
}

function targetOf(name: string, weight: number, tokens: readonly GoodToken[]): Target {
  const key = encryptionKey(name);
  const good = new Set(tokens.map(({ text }) => text));
  const options = { keys: key, algorithms: [algOf(key)], encryptions: encryptionsFor(key) };
  return {
    name: `encrypted ${name}`,
    weight,
    describe: () => key.keyObject.export({ format: 'jwk' }),
    draw: (random) => {
      const token = corruptToken(tokens, random);
      return {
        input: token,
        isWhole: true,
        act: () => {
          decryptJwe(token, options);
          return good.has(token) ? 'genuine' : 'forged';
        },
      };
    },
  };
}

/** A mutated token in an intact one: who can encrypt cannot sign. */
function nestedTarget(name: string, key: EncryptionKey): Target {
  const signing = keyOf('HS256');
  const inner = goodTokens(signing);
  const good = new Set(inner.map(({ text }) => text));
  const [encryption = 'A128GCM'] = encryptionsFor(key);
  const verify = createEncryptedJwtVerifier({
    verify: verifierFor(signing),
    keys: key,
    algorithms: [algOf(key)],
    encryptions: [encryption],
  });
  const outer = inner.map(({ text }) => readGoodToken(encryptJwt(text, { key, encryption })));
  const goodOuter = new Set(outer.map(({ text }) => text));
  return {
    name: `nested ${name}`,
    weight: 40,
    describe: () => [signing, key].map(({ keyObject }) => keyObject.export({ format: 'jwk' })),
    draw: (random) => {
      const isInner = random.below(2) === 0;
      const changed = corruptToken(isInner ? inner : outer, random);
      const token = isInner ? encryptJwe(changed, { key, encryption, contentType: 'JWT' }) : changed;
      return {
        input: `${token} around ${isInner ? changed : 'a good token'}`,
        isWhole: true,
        act: () => {
          verify(token);
          return (isInner ? good : goodOuter).has(changed) ? 'genuine' : 'forged';
        },
      };
    },
  };
}
