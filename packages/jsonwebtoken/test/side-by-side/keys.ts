/* oxlint-disable unicorn/no-useless-spread -- tables, in lines of what belongs together */
import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';

export const secret = 'a secret of forty bytes, which is enough';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const p521 = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const ed25519 = generateKeyPairSync('ed25519');
const pss = generatePss(32);
const saltyPss = generatePss(64);

/** The types of Node say that a length of salt is a string, Node says that it is a number. */
function generatePss(saltLength: number): KeyPairKeyObjectResult {
  const options = { modulusLength: 2048, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength };
  return Reflect.apply(generateKeyPairSync, undefined, ['rsa-pss', options]);
}

export const pairs = { rsa, shortRsa, p256, p384, p521, k256, ed25519, pss, saltyPss };

export function privatePem(pair: { readonly privateKey: KeyObject }): string {
  return pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

export function publicPem(pair: { readonly publicKey: KeyObject }): string {
  return pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
}

const lockedPem = rsa.privateKey
  .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'open' })
  .toString();

/** Everything that is passed as a key, by name: right, wrong and absurd. */
export const materials: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['secret', secret],
  ['another secret', `${secret}!`],
  ['short secret', 'shhhh'],
  ['secret with letters outside ASCII', 'ein gar schönes, gut gehütetes Geheimnis'],
  ['secret as buffer', Buffer.from(secret)],
  ['secret as array', new Uint8Array(Buffer.from(secret))],
  ['secret as array buffer', new Uint8Array(Buffer.from(secret)).buffer],
  ['empty buffer', Buffer.alloc(0)],
  ['empty KeyObject', createSecretKey(Buffer.alloc(0))],
  ['secret as KeyObject', createSecretKey(Buffer.from(secret))],
  ...Object.entries(pairs).flatMap(([name, pair]): [string, unknown][] => [
    [`${name} private`, privatePem(pair)],
    [`${name} public`, publicPem(pair)],
    [`${name} private KeyObject`, pair.privateKey],
    [`${name} public KeyObject`, pair.publicKey],
  ]),
  ['rsa private as buffer', Buffer.from(privatePem(rsa))],
  ['rsa public as buffer', Buffer.from(publicPem(rsa))],
  ['rsa public as PKCS 1', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' })],
  ['rsa public as JWK', { key: rsa.publicKey.export({ format: 'jwk' }), format: 'jwk' }],
  ['rsa private as JWK', { key: rsa.privateKey.export({ format: 'jwk' }), format: 'jwk' }],
  ['rsa private with passphrase', { key: lockedPem, passphrase: 'open' }],
  ['rsa private with wrong passphrase', { key: lockedPem, passphrase: 'shut' }],
  ['rsa private without its passphrase', lockedPem],
  ['rsa public without line breaks', publicPem(rsa).replaceAll('\n', '\\n')],
  ['rsa private without line breaks', privatePem(rsa).replaceAll('\n', '\\n')],
  ['rsa public of the private KeyObject', createPublicKey(rsa.privateKey)],
  ['nothing', undefined],
  ['null', null],
  ['empty text', ''],
  ['false', false],
  ['true', true],
  ['zero', 0],
  ['a number', 42],
  ['an object', {}],
  ['an array', []],
  ['a date', new Date(0)],
]);
