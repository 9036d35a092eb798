import {
  createKeySet,
  signDetachedJws,
  signGeneralJws,
  signJwsJson,
  verifyDetachedJws,
  verifyJwsJson,
  type VerifyJwsJsonOptions,
} from '../../../src/index.ts';
import { keyOf } from '../../forge.ts';
import { corruptJson } from '../corrupt-json.ts';
import { corruptBytes, corruptText } from '../corrupt-text.ts';
import { corruptToken, readGoodToken } from '../corrupt-token.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';
import { verifying } from './compact.ts';

const payload = '{"order": 17, "text": "Žofie 🦊"}';
const [hs, es] = [keyOf('HS256'), keyOf('ES256')];
const shortest = 40;

/** The JSON serializations: whatever is accepted says the owner's payload. */
export const jsonTargets: readonly Target[] = [
  jsonTarget('flattened', 60, [
    signJwsJson(payload, { key: hs }),
    signJwsJson(payload, { key: hs, type: 'example' }),
  ]),
  jsonTarget('general', 30, [
    signGeneralJws(payload, { signers: [{ key: hs }, { key: hs, type: 'example' }] }),
    signGeneralJws(payload, { signers: [{ key: hs }] }),
  ]),
  jsonTarget('flattened, unencoded', 30, [signJwsJson(payload, { key: hs, b64: false })]),
  detachedTarget(true),
  detachedTarget(false),
];

function jsonTarget(name: string, weight: number, signed: readonly object[]): Target {
  const options: VerifyJwsJsonOptions = {
    keys: createKeySet([hs]),
    algorithms: ['HS256'],
    signatures: 'all',
    b64: !name.includes('unencoded'),
  };
  return {
    name: `json ${name}`,
    weight,
    describe: () => hs.keyObject.export({ format: 'jwk' }),
    draw: (random) => {
      const text = corruptSerialization(random.pick(signed), random);
      const signatures = random.pick(['all', 'any'] as const);
      return {
        input: text,
        isWhole: text.length > shortest,
        act: () => {
          const verified = verifyJwsJson(text, { ...options, signatures });
          return Buffer.from(verified.payload).toString() === payload ? 'genuine' : 'forged';
        },
      };
    },
  };
}

/** The text, one of its members, or what a member holds in base64url. */
function corruptSerialization(signed: object, random: Random): string {
  const kind = random.below(4);
  if (kind === 0) return corruptText(JSON.stringify(signed), random);
  if (kind === 1) return corruptJson(signed, random).toString('utf8');
  return JSON.stringify(signed, (_name, value: unknown) => {
    if (typeof value !== 'string' || random.below(3) !== 0) return value;
    const bytes = Buffer.from(value, 'base64url');
    const isHeader = bytes.toString().startsWith('{"alg"');
    const changed =
      isHeader && random.below(2) === 0
        ? corruptJson(JSON.parse(bytes.toString()), random)
        : corruptBytes(bytes, random);
    return changed.toString('base64url');
  });
}

function detachedTarget(b64: boolean): Target {
  const key = verifying(es);
  const tokens = [es, hs].map((signer) => readGoodToken(signDetachedJws(payload, { key: signer, b64 })));
  const good = new Set(tokens.map(({ text }) => text));
  return {
    name: b64 ? 'detached' : 'detached, unencoded',
    weight: b64 ? 15 : 15,
    describe: () => [es, hs].map(({ keyObject }) => keyObject.export({ format: 'jwk' })),
    draw: (random) => {
      const token = corruptToken(tokens, random);
      const bytes = Buffer.from(payload);
      const shown = random.below(3) === 0 ? corruptBytes(bytes, random) : bytes;
      const isSecret = random.below(2) === 0;
      return {
        input: `${token} over ${shown.toString('base64url')}`,
        isWhole: token.length > shortest,
        act: () => {
          const keys = isSecret ? hs : key;
          verifyDetachedJws(token, shown, { keys, algorithms: [keys.algorithm], b64 });
          return good.has(token) && shown.equals(bytes) ? 'genuine' : 'forged';
        },
      };
    },
  };
}
