import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { decode, sign, verify } from '@countersign/jsonwebtoken';
import { type WarningCode, warnings } from '../src/warn-once.ts';

const emitted: string[] = [];
process.removeAllListeners('warning');
process.on('warning', (warning) => emitted.push(String(Reflect.get(warning, 'code'))));

/** Warnings are emitted in the next turn. */
async function codesOf(...acts: readonly (() => unknown)[]): Promise<readonly string[]> {
  emitted.length = 0;
  for (const act of acts) act();
  await new Promise((resolve) => setImmediate(resolve));
  return [...emitted];
}

const secret = 'a secret of forty bytes, which is enough';
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const good = { expiresIn: 60 } as const;
const careful = { algorithms: ['HS256'] } satisfies { algorithms: ['HS256'] };
const critical = sign({}, secret, { ...good, header: { alg: 'HS256', crit: ['exp'] } });

/** What is weak, once as `sign` and once as `verify` meets it, or twice the same. */
const acts: { readonly [code in WarningCode]: () => unknown } = {
  COUNTERSIGN_JWT_ALGORITHMS: () => verify(sign({}, secret, good), secret),
  COUNTERSIGN_JWT_SHORT_SECRET: () =>
    sign({}, 'thirty-one bytes are one too few', { ...good, algorithm: 'HS384' }),
  COUNTERSIGN_JWT_KEY_AS_SECRET: () => sign({}, pem.replaceAll('\n', '\\n'), good),
  COUNTERSIGN_JWT_SHORT_RSA_KEY: () =>
    sign({}, short.privateKey, { ...good, algorithm: 'RS256', allowInsecureKeySizes: true }),
  COUNTERSIGN_JWT_KEY_TYPE: () =>
    sign({}, privateKey, { ...good, algorithm: 'ES384', allowInvalidAsymmetricKeyTypes: true }),
  COUNTERSIGN_JWT_NONE: () => sign({}, null, { ...good, algorithm: 'none' }),
  COUNTERSIGN_JWT_DECODE: () => decode(critical),
  COUNTERSIGN_JWT_NO_EXPIRY: () => sign({}, secret),
  COUNTERSIGN_JWT_AUDIENCE: () => verify(sign({ aud: 'api' }, secret, good), secret, careful),
  COUNTERSIGN_JWT_CRITICAL: () => verify(critical, secret, careful),
  COUNTERSIGN_JWT_MILLISECONDS: () => sign({}, secret, { expiresIn: '3600' }),
  COUNTERSIGN_JWT_CALLBACK: () =>
    sign({}, secret, good, () => {
      throw new Error('lost');
    }),
};

test('a careful application hears nothing', async () => {
  const careless = await codesOf(
    () => verify(sign({ aud: 'api' }, secret, good), secret, { ...careful, audience: 'api' }),
    () =>
      verify(sign({}, createPrivateKey(pem), { algorithm: 'ES256', expiresIn: '1h' }), pem, {
        algorithms: ['ES256'],
      }),
    () => verify(sign({}, secret, { expiresIn: '1h' }), secret, { ...careful, maxAge: '2h', complete: true }),
    () => assert.throws(() => verify('nonsense', secret, careful)),
    () => assert.throws(() => verify(critical, `${secret}!`, careful)),
  );
  assert.deepEqual(careless, []);
});

for (const [code, act] of Object.entries(acts)) {
  test(`${code} is said once in a process`, async () => {
    assert.deepEqual(await codesOf(act, act), [code]);
    assert.deepEqual(await codesOf(act), []);
  });
}

test('a warning is silenced by the flag of Node, and only that one', () => {
  const code = `import { sign } from '@countersign/jsonwebtoken'; sign({}, 'short');`;
  const flags = ['-C', '@countersign/source', '--disable-warning=COUNTERSIGN_JWT_SHORT_SECRET'];
  const { stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', code], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  assert.deepEqual(stderr.match(/COUNTERSIGN_JWT_\w+/g), ['COUNTERSIGN_JWT_NO_EXPIRY']);
});

test('every code has its row on the page of the package and in the guide', () => {
  for (const path of ['../README.md', '../../../docs/migrating-from-jsonwebtoken.md']) {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `(COUNTERSIGN_JWT_\w+)` /gm)].map(([, name]) => name);
    assert.deepEqual(rows, Object.keys(warnings), path);
  }
});
