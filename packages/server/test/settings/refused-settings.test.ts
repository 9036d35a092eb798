import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { load, makeFolder, refusalOf, refusedNames, safeProduction } from './settings-folder.ts';

const development = { COUNTERSIGN_MODE: 'development' };
const secret = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** One value that is out of the question whatever else is set. */
const wrongValues: readonly (readonly [name: string, setting: string, value: string])[] = [
  ['issuer with a path', 'ISSUER', 'https://a.example.com/auth'],
  ['issuer with a final slash', 'ISSUER', 'https://a.example.com/'],
  ['issuer with a query', 'ISSUER', 'https://a.example.com?x'],
  ['issuer with a password', 'ISSUER', 'https://u:p@a.example.com'],
  ['issuer of another scheme', 'ISSUER', 'ftp://a.example.com'],
  ['issuer with a capital letter', 'ISSUER', 'https://A.example.com'],
  ['port that is no number', 'PORT', '80a'],
  ['port with a sign', 'PORT', '-1'],
  ['port out of range', 'PORT', '65536'],
  ['database of PostgreSQL', 'DATABASE_URL', 'postgres://u:secretpassword@h/d'],
  ['database of another kind', 'DATABASE_URL', 'mysql://h/d'],
  ['database in memory', 'DATABASE_URL', 'sqlite::memory:'],
  ['database without a file', 'DATABASE_URL', 'sqlite:'],
  ['registration misspelt', 'REGISTRATION', 'opne'],
  ['A-355: every IPv4 address as proxy', 'TRUSTED_PROXIES', '0.0.0.0/0'],
  ['A-355: every IPv6 address as proxy', 'TRUSTED_PROXIES', '::/0'],
  ['A-355: half of all addresses after a good one', 'TRUSTED_PROXIES', '10.0.0.0/8,*'],
  ['proxy by name', 'TRUSTED_PROXIES', 'proxy.internal'],
  ['proxy with too long a prefix', 'TRUSTED_PROXIES', '10.0.0.0/33'],
  ['service of leaked passwords without HTTPS', 'BREACHED_PASSWORDS_URL', 'http://api.example.com/range'],
  ['A-446: wildcard origin', 'CORS_ORIGINS', '*'],
  ['A-446: wildcard host', 'CORS_ORIGINS', 'https://*.example.com/'],
  ['origin null', 'CORS_ORIGINS', 'null'],
  ['origin with a path', 'CORS_ORIGINS', 'https://a.example.com/app'],
  ['domain of passkeys with a scheme', 'PASSKEY_RP_ID', 'https://a.example.com'],
  ['domain of passkeys in capitals', 'PASSKEY_RP_ID', 'LOCALHOST'],
  ['A-446: wildcard origin of passkeys', 'PASSKEY_ORIGINS', 'https://*.example.com'],
  ['application of passkeys without its hash', 'PASSKEY_ORIGINS', 'android:apk-key-hash:AAAA'],
  ['access token that lives too long', 'ACCESS_TOKEN_SECONDS', '3601'],
  ['access token that lives too short', 'ACCESS_TOKEN_SECONDS', '29'],
  ['seconds with a fraction', 'ACCESS_TOKEN_SECONDS', '60.5'],
  ['seconds as an exponent', 'ACCESS_TOKEN_SECONDS', '3e2'],
  ['algorithm none', 'SIGNING_ALGORITHM', 'none'],
  ['log level', 'LOG_LEVEL', 'debug'],
  ['role with a space', 'DEFAULT_ROLE', 'a b'],
  ['mode', 'MODE', 'dev'],
  ['A-412: line break in a host', 'HOST', 'localhost\r\nX: y'],
  ['A-412: line break in an audience', 'AUDIENCE', 'api\nSet-Cookie: a=b'],
  ['A-412: null character', 'AUDIENCE', 'api\u0000'],
  ['A-412: line break in an issuer', 'ISSUER', 'https://a.example.com\n'],
];
for (const [name, setting, value] of wrongValues) {
  test(`refused: ${name}`, async (context) => {
    const error = await refusalOf(makeFolder(context), { ...development, [`COUNTERSIGN_${setting}`]: value });
    assert.ok(error.message.startsWith(`COUNTERSIGN_${setting} (`), error.message);
    if (value.length > 8) assert.ok(!error.message.includes(value), 'the value is never shown');
  });
}

test('PostgreSQL is refused with the reason', async (context) => {
  const error = await refusalOf(makeFolder(context), {
    ...development,
    COUNTERSIGN_DATABASE_URL: 'postgresql://u:pw@h/d',
  });
  assert.match(error.message, /not yet supported by this version/);
});

for (const registration of ['verify-first', 'invite']) {
  test(`registration by ${registration} is refused where no mail is sent`, async (context) => {
    const folder = makeFolder(context);
    const environment = { ...safeProduction(), COUNTERSIGN_REGISTRATION: registration };
    assert.match((await refusalOf(folder, environment)).message, /mail/);
  });
}

const weakKeys: readonly (readonly [name: string, value: string])[] = [
  ['changeme', 'changeme'],
  ['31 bytes', secret(randomBytes(31))],
  ['33 bytes', secret(randomBytes(33))],
  ['zeros', secret(new Uint8Array(32))],
  ['one byte repeated', secret(Buffer.alloc(32, 0xa5))],
  ['a few bytes repeated', secret(Buffer.from('00ff17'.repeat(11).slice(0, 64), 'hex'))],
  ['the same half twice', secret(Buffer.from('8f1c22d94b7ea05513c6f0917d3e58ab'.repeat(2), 'hex'))],
  ['counting bytes', secret(Uint8Array.from({ length: 32 }, (_, index) => index))],
  ['readable text', secret(Buffer.from('this-is-my-very-secret-key-12345'))],
  ['hex', randomBytes(32).toString('hex')],
  ['padded base64', randomBytes(32).toString('base64')],
  [
    'a phrase inside',
    `${secret(randomBytes(32)).slice(0, 20)}changeme${secret(randomBytes(32)).slice(0, 15)}`,
  ],
  ['spaces around', ` ${secret(randomBytes(32))} `],
];
for (const mode of ['development', 'production']) {
  for (const [name, value] of weakKeys) {
    test(`A-445: the master key is refused in ${mode}: ${name}`, async (context) => {
      const error = await refusalOf(makeFolder(context), {
        ...(mode === 'production' ? safeProduction() : development),
        COUNTERSIGN_MASTER_KEY: value,
      });
      assert.ok(error.message.startsWith('COUNTERSIGN_MASTER_KEY (masterKey) '), error.message);
      assert.ok(!error.message.includes(value));
    });
  }
}

for (const [name, value] of weakKeys.filter(([what]) => what !== '33 bytes' && what !== 'hex')) {
  test(`A-053: the signing secret is refused: ${name}`, async (context) => {
    assert.deepEqual(
      await refusedNames(makeFolder(context), {
        ...development,
        COUNTERSIGN_SIGNING_ALGORITHM: 'HS256',
        COUNTERSIGN_SIGNING_SECRET: value,
      }),
      ['signingSecret'],
    );
  });
}

test('neither TLS nor a proxy: the refusal names the variables as they are set', async (context) => {
  const { COUNTERSIGN_TRUSTED_PROXIES: _proxies, ...environment } = safeProduction();
  const { message } = await refusalOf(makeFolder(context), environment);
  assert.match(message, /set COUNTERSIGN_TLS_CERT_FILE and COUNTERSIGN_TLS_KEY_FILE/);
});

for (const rpId of ['example.org', 'com', 'other.example.com', 'h.example.com', 'a.auth.example.com']) {
  test(`A-233: passkeys of ${rpId} are not the issuer's to make`, async (context) => {
    const environment = { ...safeProduction(), COUNTERSIGN_PASSKEY_RP_ID: rpId };
    assert.deepEqual(await refusedNames(makeFolder(context), environment), ['passkeyRpId']);
  });
}

test('random keys are never refused', async (context) => {
  const directory = makeFolder(context);
  for (let round = 0; round < 500; round += 1) {
    const { settings } = await load(directory, safeProduction());
    assert.equal(settings.masterKey.reveal().length, 32);
  }
});

/** Changes to a production that starts, and the one setting that then stops it. */
const unsafeProduction: readonly (readonly [
  name: string,
  change: Record<string, string | undefined>,
  refused: string,
])[] = [
  ['A-446: plain http issuer', { ISSUER: 'http://auth.example.com' }, 'issuer'],
  ['A-446: http issuer on this machine', { ISSUER: 'http://localhost:4000' }, 'issuer'],
  ['missing issuer', { ISSUER: undefined }, 'issuer'],
  ['A-095: missing master key', { MASTER_KEY: undefined }, 'masterKey'],
  ['neither TLS nor a proxy', { TRUSTED_PROXIES: undefined }, 'trustedProxies'],
  ['plain http origin for passkeys', { PASSKEY_ORIGINS: 'http://app.example.com' }, 'passkeyOrigins'],
  ['plain http origin', { CORS_ORIGINS: 'http://app.example.com' }, 'corsOrigins'],
  ['hash memory below the minimum', { ARGON2_MEMORY_KIB: '19455' }, 'argon2MemoryKib'],
  ['one pass with little memory', { ARGON2_PASSES: '1' }, 'argon2MemoryKib'],
  ['certificate without key', { TLS_CERT: '-----BEGIN CERTIFICATE-----\n' }, 'tlsKey'],
  ['key without certificate', { TLS_KEY: '-----BEGIN PRIVATE KEY-----\n' }, 'tlsCert'],
  ['certificate that is none', { TLS_CERT: '-----BEGIN X', TLS_KEY: '-----BEGIN Y' }, 'tlsCert'],
  ['path in place of a certificate', { TLS_CERT: '/etc/tls.crt', TLS_KEY: '-----BEGIN Y' }, 'tlsCert'],
];
for (const [name, change, refused] of unsafeProduction) {
  test(`production refuses: ${name}`, async (context) => {
    const environment = Object.fromEntries(
      Object.entries({ ...safeProduction(), ...prefixed(change) }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    assert.deepEqual(await refusedNames(makeFolder(context), environment), [refused]);
  });
}

function prefixed(change: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [`COUNTERSIGN_${name}`, value]));
}

const together: readonly (readonly [name: string, change: Record<string, string>, refused: string])[] = [
  [
    'idle longer than the longest session',
    { SESSION_IDLE_SECONDS: '7200', SESSION_MAX_SECONDS: '3600' },
    'sessionIdleSeconds',
  ],
  [
    'access token longer than idle',
    { ACCESS_TOKEN_SECONDS: '600', SESSION_IDLE_SECONDS: '300' },
    'accessTokenSeconds',
  ],
  ['HS256 without a secret', { SIGNING_ALGORITHM: 'HS256' }, 'signingSecret'],
  ['a secret without HS256', { SIGNING_SECRET: secret(randomBytes(32)) }, 'signingSecret'],
  ['a chosen port without issuer', { PORT: '0' }, 'issuer'],
];
for (const [name, change, refused] of together) {
  test(`refused together: ${name}`, async (context) => {
    const environment = { ...development, ...prefixed(change) } as Record<string, string>;
    assert.deepEqual(await refusedNames(makeFolder(context), environment), [refused]);
  });
}

test('the master key is never the signing secret too', async (context) => {
  const key = secret(randomBytes(32));
  const refused = await refusedNames(makeFolder(context), {
    ...development,
    COUNTERSIGN_MASTER_KEY: key,
    COUNTERSIGN_SIGNING_ALGORITHM: 'HS256',
    COUNTERSIGN_SIGNING_SECRET: key,
  });
  assert.deepEqual(refused, ['signingSecret']);
});

test('development mode that others can reach is warned about', async (context) => {
  const { unsafe } = await load(makeFolder(context), { ...development, COUNTERSIGN_HOST: '0.0.0.0' });
  assert.deepEqual(
    unsafe.map(({ name, weight }) => [name, weight]),
    [['host', 'warning']],
  );
});

test('A-406: a production whose administrators need one factor alone is warned', async (context) => {
  const { COUNTERSIGN_ROLES_REQUIRING_SECOND_FACTOR: _roles, ...environment } = safeProduction();
  const { unsafe } = await load(makeFolder(context), environment);
  assert.deepEqual(
    unsafe.map(({ name, weight }) => [name, weight]),
    [['rolesRequiringSecondFactor', 'warning']],
  );
});

test('a role that cannot exist is refused', async (context) => {
  const environment = { ...safeProduction(), COUNTERSIGN_ROLES_REQUIRING_SECOND_FACTOR: 'Admin' };
  assert.deepEqual(await refusedNames(makeFolder(context), environment), ['rolesRequiringSecondFactor']);
});

test('every unsafe row says why and never a value', async (context) => {
  const { unsafe } = await load(makeFolder(context), {
    ...safeProduction(),
    COUNTERSIGN_SIGNING_ALGORITHM: 'HS256',
    COUNTERSIGN_SIGNING_SECRET: secret(randomBytes(32)),
    COUNTERSIGN_REGISTRATION: 'open',
  });
  assert.deepEqual(
    unsafe.map(({ name }) => name),
    ['signingAlgorithm', 'registration'],
  );
  for (const row of unsafe) assert.ok(row.because.length > 10 && row.message.length > 10);
});
