import assert from 'node:assert/strict';
import test from 'node:test';
import { settingsOf } from '../../src/settings/load-settings.ts';
import { SettingsError } from '../../src/settings/settings-error.ts';
import type { SettingsInput } from '../../src/settings/settings.ts';
import { load, makeFolder, nowMs, refusalOf, safeProduction } from './settings-folder.ts';

const mailFrom = 'Example <auth@example.com>';
const smsWebhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const webhook: SettingsInput = {
  smsWebhookUrl: 'https://sms.example.com/out',
  smsWebhookSecret,
  smsCountries: ['+49'],
};

const refused: readonly (readonly [string, SettingsInput, string])[] = [
  ['mail without a sender', { smtpUrl: 'smtp://mail.example.com' }, 'mailFrom'],
  ['a sender without mail', { mailFrom }, 'smtpUrl'],
  ['another scheme', { smtpUrl: 'http://mail.example.com', mailFrom }, 'smtpUrl'],
  ['a scheme without a host', { smtpUrl: 'smtp:mail.example.com', mailFrom }, 'smtpUrl'],
  ['a user without a password', { smtpUrl: 'smtp://user@mail.example.com', mailFrom }, 'smtpUrl'],
  ['options that nobody reads', { smtpUrl: 'smtp://mail.example.com?tls=no', mailFrom }, 'smtpUrl'],
  ['a path that nobody reads', { smtpUrl: 'smtp://mail.example.com/x', mailFrom }, 'smtpUrl'],
  ['a password that cannot be decoded', { smtpUrl: 'smtp://u:%zz@mail.example.com', mailFrom }, 'smtpUrl'],
  [
    'A-148: two senders',
    { smtpUrl: 'smtp://mail.example.com', mailFrom: 'a@x.example, b@x.example' },
    'mailFrom',
  ],
  [
    'A-148: a header in a sender',
    { smtpUrl: 'smtp://mail.example.com', mailFrom: 'A\r\nBcc: b <a@x.example>' },
    'mailFrom',
  ],
  [
    'A-148: a quoted sender',
    { smtpUrl: 'smtp://mail.example.com', mailFrom: '"A" <a@x.example>' },
    'mailFrom',
  ],
  ['a service without its secret', { smsWebhookUrl: 'https://sms.example.com' }, 'smsWebhookSecret'],
  ['a secret without its service', { smsWebhookSecret }, 'smsWebhookUrl'],
  ['a short secret', { ...webhook, smsWebhookSecret: 'whsec_c2hvcnQ=' }, 'smsWebhookSecret'],
  ['plain HTTP to another machine', { ...webhook, smsWebhookUrl: 'http://sms.example.com' }, 'smsWebhookUrl'],
  ['a password in an address', { ...webhook, smsWebhookUrl: 'https://u:p@sms.example.com' }, 'smsWebhookUrl'],
  [
    'a carrier without an account',
    { smsAdapter: 'twilio', smsWebhookSecret: 'x', smsFrom: '+15550100' },
    'smsAccount',
  ],
  ['A-190: every country', { ...webhook, smsCountries: ['+'] }, 'smsCountries'],
  ['A-190: a country without its plus', { ...webhook, smsCountries: ['49'] }, 'smsCountries'],
  ['no mail at all', { mailsPerHour: 0 }, 'mailsPerHour'],
  ['texts that are no JSON', { texts: '{' }, 'texts'],
  ['a text of no key', { texts: { de: { 'no.such': 'x' } } }, 'texts'],
];

for (const [name, input, setting] of refused) {
  test(`refused: ${name}`, (context) => {
    const directory = makeFolder(context);
    assert.throws(
      () => settingsOf({ mode: 'development', ...input }, { directory, nowMs }),
      (error: unknown) => {
        assert.ok(error instanceof SettingsError);
        assert.deepEqual(
          error.problems.map((problem) => problem.name),
          [setting],
        );
        return true;
      },
    );
  });
}

test('TLS is required on the way to another machine, and the port follows the scheme', (context) => {
  const directory = makeFolder(context);
  for (const [smtpUrl, dangerAllowPlainSmtp, tls, port] of [
    ['smtp://mail.example.com', false, 'required', 587],
    ['smtp://mail.example.com:25', false, 'required', 25],
    ['smtps://mail.example.com', false, 'from-start', 465],
    ['smtp://127.0.0.1', false, 'none', 587],
    ['smtp://localhost:1025', false, 'none', 1025],
    ['smtp://127.0.0.1.example.com', false, 'required', 587],
    ['smtp://mail.example.com', true, 'if-offered', 587],
  ] as const) {
    const { smtp } = settingsOf(
      { mode: 'development', smtpUrl, mailFrom, dangerAllowPlainSmtp },
      { directory, nowMs },
    );
    assert.deepEqual([smtp?.tls, smtp?.port], [tls, port], smtpUrl);
  }
});

test('user and password of a mail server are decoded, and never shown', (context) => {
  const settings = settingsOf(
    { mode: 'development', smtpUrl: 'smtps://me%40example.com:p%2Fw%3Aq@mail.example.com', mailFrom },
    { directory: makeFolder(context), nowMs },
  );
  assert.deepEqual(
    [settings.smtp?.login?.user, settings.smtp?.login?.password.reveal()],
    ['me@example.com', 'p/w:q'],
  );
  assert.doesNotMatch(JSON.stringify(settings), /p%2Fw|p\/w:q/);
  assert.deepEqual(settings.smtp?.from, { name: 'Example', address: 'auth@example.com' });
});

test('A-446: production refuses a password over plain SMTP, and warns of mail over it', async (context) => {
  const environment = {
    ...safeProduction(),
    COUNTERSIGN_MAIL_FROM: mailFrom,
    COUNTERSIGN_DANGER_ALLOW_PLAIN_SMTP: 'true',
  };
  const error = await refusalOf(makeFolder(context), {
    ...environment,
    COUNTERSIGN_SMTP_URL: 'smtp://u:pw-of-mail@mail.example.com',
  });
  assert.match(error.message, /DANGER_ALLOW_PLAIN_SMTP/);
  assert.doesNotMatch(error.message, /pw-of-mail/);
  const { unsafe } = await load(makeFolder(context), {
    ...environment,
    COUNTERSIGN_SMTP_URL: 'smtp://mail.example.com',
  });
  assert.deepEqual(
    unsafe.map(({ name, weight }) => [name, weight]),
    [['dangerAllowPlainSmtp', 'warning']],
  );
});

test('A-190: a service without countries sends nothing, and says so', async (context) => {
  const { settings, unsafe } = await load(makeFolder(context), {
    ...safeProduction(),
    COUNTERSIGN_SMS_WEBHOOK_URL: 'https://sms.example.com/out',
    COUNTERSIGN_SMS_WEBHOOK_SECRET: smsWebhookSecret,
  });
  assert.equal(settings.sms, undefined);
  assert.deepEqual(
    unsafe.map(({ name }) => name),
    ['smsCountries'],
  );
});

test('changed texts come out of a file, and sendMessage out of the configuration file alone', async (context) => {
  const directory = makeFolder(context, {
    'texts.json': JSON.stringify({ de: { 'magic-link.subject': 'Rein bei {host}' } }),
    'countersign.config.ts': `export default { mode: 'development', textsFile: 'texts.json', sendMessage() {} };`,
  });
  const { settings } = await load(directory, {});
  assert.equal(settings.catalogues.get('de')?.['magic-link.subject'], 'Rein bei {host}');
  assert.equal(typeof settings.sendMessage, 'function');
  const error = await refusalOf(makeFolder(context), {
    COUNTERSIGN_MODE: 'development',
    COUNTERSIGN_SEND_MESSAGE: 'x',
  });
  assert.match(error.message, /COUNTERSIGN_SEND_MESSAGE is not a setting/);
});
