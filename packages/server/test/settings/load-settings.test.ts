import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { settingsOf } from '../../src/settings/load-settings.ts';
import { environmentName, settingNames } from '../../src/settings/settings.ts';
import { load, makeFolder, nowMs, refusalOf, refusedNames, safeProduction } from './settings-folder.ts';

const development = { COUNTERSIGN_MODE: 'development' };

test('development starts without any setting but its mode', async (context) => {
  const { settings, unsafe } = await load(makeFolder(context), development);
  assert.equal(settings.issuer, 'http://localhost:4000');
  assert.equal(settings.audience, settings.issuer);
  assert.equal(settings.registration, 'open');
  assert.equal(settings.masterKey.reveal().length, 32);
  assert.deepEqual(unsafe, []);
});

test('production with its required settings starts, with registration closed', async (context) => {
  const { settings, unsafe } = await load(makeFolder(context), safeProduction());
  assert.equal(settings.registration, 'closed');
  assert.equal(settings.audience, 'https://auth.example.com');
  assert.deepEqual(settings.trustedProxies, ['10.0.0.0/8']);
  assert.deepEqual(unsafe, []);
});

test('the mode is production where nothing says otherwise', async (context) => {
  assert.deepEqual(await refusedNames(makeFolder(context), {}), ['issuer', 'masterKey']);
});

test('a start that lacks settings says that there is no configuration file, and the way out', async (context) => {
  const directory = makeFolder(context);
  const lines = (await refusalOf(directory, {})).message.split('\n');
  assert.equal(
    lines.at(-1),
    `There is no countersign.config.ts in ${directory}; for development, make one with: npx countersign init`,
  );
});

test('a configuration file that is there is not missed, nor is one for a setting that is given and wrong', async (context) => {
  const directory = makeFolder(context, { 'countersign.config.mjs': 'export default { port: 5 };' });
  assert.equal((await refusalOf(directory, {})).hint, undefined);
  const unsafe = { ...safeProduction(), COUNTERSIGN_ISSUER: 'http://auth.example.com' };
  assert.equal((await refusalOf(makeFolder(context), unsafe)).hint, undefined);
  assert.throws(() => settingsOf({}, { directory: makeFolder(context), nowMs }), { hint: undefined });
});

test('every setting can be given in the environment', async (context) => {
  const { settings, sources } = await load(makeFolder(context), {
    ...safeProduction(),
    COUNTERSIGN_AUDIENCE: 'https://api.example.com',
    COUNTERSIGN_PORT: '8443',
    COUNTERSIGN_HOST: '0.0.0.0',
    COUNTERSIGN_DATABASE_URL: 'sqlite:/var/lib/countersign/c.db',
    COUNTERSIGN_CORS_ORIGINS: 'https://a.example.com, https://b.example.com',
    COUNTERSIGN_PASSKEY_RP_ID: 'example.com',
    COUNTERSIGN_PASSKEY_ORIGINS: `https://shop.example.com,android:apk-key-hash:${'A'.repeat(43)}`,
    COUNTERSIGN_REGISTRATION: 'open',
    COUNTERSIGN_MAGIC_LINK: 'true',
    COUNTERSIGN_DEFAULT_ROLE: 'member',
    COUNTERSIGN_ACCESS_TOKEN_SECONDS: '60',
    COUNTERSIGN_SESSION_IDLE_SECONDS: '3600',
    COUNTERSIGN_SESSION_MAX_SECONDS: '7200',
    COUNTERSIGN_RECENT_SIGN_IN_SECONDS: '120',
    COUNTERSIGN_MAX_SESSIONS_OF_USER: '10',
    COUNTERSIGN_ROLES_REQUIRING_SECOND_FACTOR: 'admin, auditor',
    COUNTERSIGN_SIGNING_ALGORITHM: 'HS256',
    COUNTERSIGN_SIGNING_SECRET: randomBytes(32).toString('base64url'),
    COUNTERSIGN_KEY_ROTATION_DAYS: '7',
    COUNTERSIGN_LOG_LEVEL: 'error',
    COUNTERSIGN_SHUTDOWN_SECONDS: '5',
    COUNTERSIGN_ARGON2_MEMORY_KIB: '47104',
    COUNTERSIGN_ARGON2_PASSES: '1',
    COUNTERSIGN_BREACHED_PASSWORDS_FILE: 'leaked.filter',
    COUNTERSIGN_BREACHED_PASSWORDS_URL: 'https://api.pwnedpasswords.com/range',
    COUNTERSIGN_DANGER_ALLOW_PRIVATE_WEBHOOKS: 'true',
    COUNTERSIGN_EMAIL_CODES: 'false',
    COUNTERSIGN_REMEMBER_DEVICE_DAYS: '7',
    COUNTERSIGN_SMTP_URL: 'smtps://user:password@mail.example.com',
    COUNTERSIGN_MAIL_FROM: 'auth@example.com',
    COUNTERSIGN_DANGER_ALLOW_PLAIN_SMTP: 'false',
    COUNTERSIGN_SMS_ADAPTER: 'twilio',
    COUNTERSIGN_SMS_WEBHOOK_URL: 'https://api.ie1.twilio.com',
    COUNTERSIGN_SMS_WEBHOOK_SECRET: 'a token of a carrier',
    COUNTERSIGN_SMS_ACCOUNT: 'AC0123',
    COUNTERSIGN_SMS_FROM: '+491701234567',
    COUNTERSIGN_PAGE_NAME: 'Example',
    COUNTERSIGN_PAGE_ACCENT: '#7a1f5c',
    COUNTERSIGN_PAGE_LOGO: '<svg></svg>',
    COUNTERSIGN_PAGE_CSS: 'p {}',
    COUNTERSIGN_SECURITY_CONTACT: 'mailto:security@example.com',
    COUNTERSIGN_SMS_COUNTRIES: '+49, +43',
    COUNTERSIGN_MESSAGES_PER_RECIPIENT_PER_HOUR: '3',
    COUNTERSIGN_MESSAGES_PER_RECIPIENT_PER_DAY: '9',
    COUNTERSIGN_MAILS_PER_HOUR: '100',
    COUNTERSIGN_SMS_PER_HOUR: '10',
    COUNTERSIGN_TEXTS: '{"de":{"magic-link.action":"Rein"}}',
    COUNTERSIGN_RELAY_CLIENT_ID: 'relay',
    COUNTERSIGN_RELAY_CLIENT_SECRET: 'a secret of a client',
    COUNTERSIGN_RELAY_UPSTREAM: 'https://relay.example.com/revocations',
  });
  assert.equal(settings.port, 8443);
  assert.equal(settings.databaseFile, '/var/lib/countersign/c.db');
  assert.deepEqual(settings.corsOrigins, ['https://a.example.com', 'https://b.example.com']);
  assert.deepEqual(settings.rolesRequiringSecondFactor, ['admin', 'auditor']);
  assert.equal(settings.passkeyRpId, 'example.com');
  assert.equal(settings.passkeyOrigins.length, 2);
  assert.equal(settings.signingSecret?.reveal().length, 32);
  assert.equal(settings.dangerAllowPrivateWebhooks, true);
  assert.equal(settings.emailCodes, false);
  assert.equal(settings.rememberDeviceDays, 7);
  assert.equal(String(settings.relayClientSecret), '[secret]');
  assert.equal(String(settings.smtpUrl), '[secret]');
  assert.deepEqual(settings.sms?.countries, ['+49', '+43']);
  assert.equal(settings.mailsPerHour, 100);
  const unset = settingNames.filter((name) => sources[name] !== 'environment');
  assert.deepEqual(unset, ['tlsCert', 'tlsKey']);
});

test('the environment wins over the configuration file', async (context) => {
  const directory = makeFolder(context, {
    'countersign.config.ts': `
      import { defineSettings, type SettingsInput } from 'countersign';
      const input: SettingsInput = { mode: 'development', port: 5000, accessTokenSeconds: 60 };
      export default defineSettings(input);`,
  });
  const { settings, sources, configPath } = await load(directory, { COUNTERSIGN_PORT: '6000' });
  assert.equal(settings.port, 6000);
  assert.equal(settings.accessTokenSeconds, 60);
  assert.deepEqual(
    [sources['port'], sources['accessTokenSeconds'], sources['host']],
    ['environment', 'config', 'default'],
  );
  assert.equal(configPath, join(directory, 'countersign.config.ts'));
});

test('a configuration file in TypeScript loads beside a package.json of type commonjs', async (context) => {
  const directory = makeFolder(context, {
    'package.json': '{"type":"commonjs"}',
    'countersign.config.ts': "export default { mode: 'development' as const };",
  });
  assert.equal((await load(directory, {})).settings.mode, 'development');
});

for (const name of ['countersign.config.js', 'countersign.config.mjs', 'countersign.config.mts']) {
  test(`${name} is found`, async (context) => {
    const directory = makeFolder(context, {
      'package.json': '{"type":"module"}',
      [name]: "export default { mode: 'development', port: 4321 };",
    });
    assert.equal((await load(directory, {})).settings.port, 4321);
  });
}

const brokenFiles: readonly (readonly [what: string, text: string, expected: RegExp])[] = [
  ['that does not parse', 'export default {', /does not load/],
  ['that throws', "throw new Error('no');", /does not load: no/],
  ['without a default export', 'export const a = 1;', /has no default export/],
  ['that exports a list', 'export default [];', /has no default export/],
];
for (const [what, text, expected] of brokenFiles) {
  test(`a configuration file ${what} stops the start by its name`, async (context) => {
    const error = await refusalOf(makeFolder(context, { 'countersign.config.mjs': text }), {});
    assert.match(error.message, /^countersign\.config\.mjs /);
    assert.match(error.message, expected);
  });
}

test('two configuration files stop the start', async (context) => {
  const text = 'export default {};';
  const directory = makeFolder(context, { 'countersign.config.ts': text, 'countersign.config.mjs': text });
  assert.match((await refusalOf(directory, {})).message, /both here/);
});

const unknownNames: readonly (readonly [written: string, meant: string | undefined])[] = [
  ['COUNTERSIGN_ISSUR', 'COUNTERSIGN_ISSUER'],
  ['COUNTERSIGN_MASTERKEY_FILE', 'COUNTERSIGN_MASTER_KEY_FILE'],
  ['COUNTERSIGN_ACCESS_TOKEN_SECOND', 'COUNTERSIGN_ACCESS_TOKEN_SECONDS'],
  ['COUNTERSIGN_SOMETHING_ELSE_ALTOGETHER', undefined],
];
for (const [written, meant] of unknownNames) {
  test(`A-447: ${written} refuses to start and names ${meant ?? 'nothing'}`, async (context) => {
    const { message } = await refusalOf(makeFolder(context), { ...development, [written]: 'x' });
    assert.ok(message.startsWith(`${written} is not a setting`));
    assert.equal(message.includes('did you mean'), meant !== undefined);
    if (meant !== undefined) assert.ok(message.includes(`${meant}?`));
  });
}

test('A-447: an unknown key of the configuration file refuses to start and names the nearest', async (context) => {
  const directory = makeFolder(context, {
    'countersign.config.mjs': "export default { mode: 'development', acessTokenSeconds: 60, toString: 1 };",
  });
  const { message } = await refusalOf(directory, {});
  assert.match(message, /acessTokenSeconds is not a setting; did you mean accessTokenSeconds\?/);
  assert.match(message, /toString is not a setting/);
});

test('a value from a file loses its final line break and no other character', async (context) => {
  const key = randomBytes(32).toString('base64url');
  const directory = makeFolder(context, { key: `${key}\n`, port: '4100' });
  const { settings } = await load(directory, {
    ...development,
    COUNTERSIGN_MASTER_KEY_FILE: 'key',
    COUNTERSIGN_PORT_FILE: join(directory, 'port'),
  });
  assert.equal(Buffer.from(settings.masterKey.reveal()).toString('base64url'), key);
  assert.equal(settings.port, 4100);
});

test('a file named in the configuration file is read too', async (context) => {
  const directory = makeFolder(context, {
    'countersign.config.mjs': "export default { mode: 'development', masterKeyFile: './key' };",
    key: randomBytes(32).toString('base64url'),
  });
  assert.equal((await load(directory, {})).settings.masterKey.reveal().length, 32);
  assert.equal(existsSync(join(directory, 'data')), false);
});

test('a setting given as itself and as a file refuses to start', async (context) => {
  const directory = makeFolder(context, { host: 'localhost' });
  const both = { ...development, COUNTERSIGN_HOST: 'localhost', COUNTERSIGN_HOST_FILE: 'host' };
  assert.deepEqual(await refusedNames(directory, both), ['COUNTERSIGN_HOST_FILE']);
});

const unreadableFiles: readonly (readonly [what: string, path: string])[] = [
  ['missing', 'nowhere'],
  ['empty', 'empty'],
  ['a directory', 'folder'],
];
for (const [what, path] of unreadableFiles) {
  test(`a file that is ${what} refuses to start`, async (context) => {
    const directory = makeFolder(context, { empty: '\n' });
    mkdirSync(join(directory, 'folder'));
    assert.deepEqual(await refusedNames(directory, { ...development, COUNTERSIGN_HOST_FILE: path }), [
      'COUNTERSIGN_HOST_FILE',
    ]);
  });
}

test('a variable that is set but empty refuses to start', async (context) => {
  assert.deepEqual(await refusedNames(makeFolder(context), { ...development, COUNTERSIGN_ISSUER: '' }), [
    'COUNTERSIGN_ISSUER',
  ]);
});

test('all problems are named at once', async (context) => {
  const names = await refusedNames(makeFolder(context), {
    COUNTERSIGN_PORT: 'eighty',
    COUNTERSIGN_LOG_LEVEL: 'loud',
    COUNTERSIGN_ISUER: 'x',
  });
  assert.deepEqual(names.toSorted(), ['COUNTERSIGN_ISUER', 'logLevel', 'port']);
});

test('the master key of development is made once, for its owner alone', async (context) => {
  const directory = makeFolder(context);
  const first = await load(directory, development);
  const path = join(directory, 'data', 'master.key');
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  const second = await load(directory, development);
  assert.deepEqual(first.settings.masterKey.reveal(), second.settings.masterKey.reveal());
  assert.equal(readFileSync(path, 'utf8').trim().length, 43);
});

test('A-095: a database without its key gets no new one', async (context) => {
  const directory = makeFolder(context);
  mkdirSync(join(directory, 'data'));
  writeFileSync(join(directory, 'data', 'countersign.db'), '');
  const error = await refusalOf(directory, development);
  assert.match(error.message, /master\.key is missing/);
  assert.equal(existsSync(join(directory, 'data', 'master.key')), false);
});

test('no key is made for a start that is refused anyway', async (context) => {
  const directory = makeFolder(context);
  await refusalOf(directory, { ...development, COUNTERSIGN_PORT: '0' });
  assert.equal(existsSync(join(directory, 'data')), false);
});

test('A-096: a master key that others may read warns in development and refuses in production', async (context) => {
  if (process.platform === 'win32') return context.skip('modes say nothing on Windows');
  const directory = makeFolder(context, { key: randomBytes(32).toString('base64url') });
  const { COUNTERSIGN_MASTER_KEY: _key, ...production } = safeProduction();
  const withFile = { ...production, COUNTERSIGN_MASTER_KEY_FILE: 'key' };
  const rows: readonly (readonly [mode: number, warned: number, refused: boolean])[] = [
    [0o600, 0, false],
    [0o400, 0, false],
    [0o640, 1, false],
    [0o660, 1, true],
    [0o644, 1, true],
    [0o604, 1, true],
  ];
  for (const [mode, warned, refused] of rows) {
    chmodSync(join(directory, 'key'), mode);
    const { unsafe } = await load(directory, { ...development, COUNTERSIGN_MASTER_KEY_FILE: 'key' });
    assert.equal(unsafe.length, warned, `${mode.toString(8)} in development`);
    if (refused) assert.deepEqual(await refusedNames(directory, withFile), ['masterKey'], mode.toString(8));
    else assert.equal((await load(directory, withFile)).unsafe.length, warned, mode.toString(8));
  }
});

test('a server inside another program reads no environment and no file', async (context) => {
  const directory = makeFolder(context, { 'countersign.config.mjs': 'export default { port: 5 };' });
  const settings = settingsOf({ mode: 'development', host: '::1' }, { directory, nowMs });
  assert.deepEqual([settings.host, settings.port], ['::1', 4000]);
  const misspelt = { mode: 'development', hots: '::1' } as const;
  assert.throws(() => settingsOf(misspelt, { directory, nowMs }), /hots is not a setting; did you mean host/);
  assert.throws(() => settingsOf({}, { directory, nowMs }), /COUNTERSIGN_ISSUER/);
});

test('names in the environment follow from those in the file', () => {
  assert.equal(environmentName('argon2MemoryKib'), 'COUNTERSIGN_ARGON2_MEMORY_KIB');
  assert.equal(environmentName('issuer'), 'COUNTERSIGN_ISSUER');
  assert.equal(new Set(settingNames.map(environmentName)).size, settingNames.length);
});
