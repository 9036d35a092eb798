import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { OutgoingMessage } from '../../src/base/messages.ts';
import { Secret } from '../../src/base/secret.ts';
import type { SendOutcome } from '../../src/base/transport.ts';
import { createSmtpTransport, type MailServer } from '../../src/mail/send-smtp.ts';
import { findFreePort } from '../free-port.ts';
import { certificate, login, openMailServer, toMailServer } from './mail-server.ts';

const message: OutgoingMessage = {
  id: 'kZ3_x-yQ0aBcDeFgHiJkLm',
  channel: 'mail',
  recipient: 'alice@example.org',
  template: 'magic-link',
  language: 'de',
  subject: 'Anmelden – für Sie, ☂ und länger als eine Zeile von achtundsiebzig Zeichen sein darf',
  text: 'Grüße\n.\n..\nQUIT\nhttps://auth.example.com/x?a=b\n',
  html: '<p>Grüße</p>',
  createdAtMs: Date.UTC(2026, 0, 2),
};

function send(
  t: TestContext,
  server: MailServer,
  ...messages: readonly OutgoingMessage[]
): Promise<SendOutcome[]> {
  const transport = createSmtpTransport(server);
  t.after(() => transport.close());
  return Promise.all((messages.length === 0 ? [message] : messages).map((one) => transport.send(one)));
}

test('a mail arrives as it was written, with the id of its row', async (t) => {
  const server = await openMailServer(t);
  assert.deepEqual(await send(t, toMailServer(server)), [{ kind: 'sent' }]);
  const [received] = server.received;
  assert.deepEqual([received?.from, received?.to], ['auth@example.com', ['alice@example.org']]);
  const { mail } = received ?? assert.fail();
  assert.equal(mail.messageId, `<${message.id}@example.com>`);
  assert.equal(mail.subject, message.subject);
  assert.equal(mail.text?.replaceAll('\r\n', '\n').trim(), message.text.trim());
  assert.equal(mail.html?.trim(), message.html);
  assert.deepEqual(mail.from, { name: 'Example, Inc.', address: 'auth@example.com' });
  assert.deepEqual(mail.to, [{ name: '', address: 'alice@example.org' }]);
  assert.equal(mail.date, new Date(message.createdAtMs).toISOString());
  assert.ok(mail.headers.some(({ key, value }) => key === 'auto-submitted' && value === 'auto-generated'));
  assert.doesNotMatch(received?.raw ?? '', /^(X-Mailer|User-Agent)/im);
});

test('A-148: nothing of a message becomes a header or a recipient of its own', async (t) => {
  const server = await openMailServer(t);
  const bait = 'x\r\nBcc: eve@evil.example\r\n\r\nbody';
  const outcomes = await send(
    t,
    toMailServer(server),
    { ...message, subject: bait },
    { ...message, text: bait },
  );
  assert.deepEqual(outcomes, [{ kind: 'sent' }, { kind: 'sent' }]);
  for (const { to, mail } of server.received) {
    assert.deepEqual(to, ['alice@example.org']);
    assert.deepEqual([mail.bcc, mail.cc], [undefined, undefined]);
    assert.ok(!mail.headers.some(({ key }) => key === 'bcc'));
  }
});

test('mails use a few connections again and again', async (t) => {
  const server = await openMailServer(t);
  const outcomes = await send(t, toMailServer(server), ...Array.from({ length: 30 }, () => message));
  assert.ok(outcomes.every(({ kind }) => kind === 'sent'));
  assert.ok(server.connections <= 5, String(server.connections));
});

for (const tls of ['from-start', 'required', 'if-offered'] as const) {
  test(`TLS ${tls}: a login and a mail cross the network encrypted`, async (t) => {
    const server = await openMailServer(t, {
      tls: tls === 'from-start' ? 'from-start' : 'offered',
      wantsLogin: true,
    });
    assert.deepEqual(await send(t, toMailServer(server, { tls, login, ca: certificate })), [
      { kind: 'sent' },
    ]);
    assert.deepEqual([server.received[0]?.isEncrypted, server.received[0]?.user], [true, 'mailer']);
  });

  test(`TLS ${tls}: a certificate that nobody vouches for gets nothing`, async (t) => {
    const server = await openMailServer(t, { tls: tls === 'from-start' ? 'from-start' : 'offered' });
    const [outcome] = await send(t, toMailServer(server, { tls }));
    assert.deepEqual(outcome, { kind: 'later', fault: 'certificate_invalid', concerns: 'channel' });
    assert.equal(server.received.length, 0);
  });
}

test('a server that offers no TLS, or hides it, gets nothing where TLS is required', async (t) => {
  const server = await openMailServer(t);
  const [outcome] = await send(t, toMailServer(server, { tls: 'required', login }));
  assert.deepEqual(outcome, { kind: 'later', fault: 'tls_failed', concerns: 'channel' });
  assert.equal(server.received.length, 0);
});

test('a wrong password makes the channel wait', async (t) => {
  const server = await openMailServer(t, { tls: 'from-start', wantsLogin: true });
  const wrong = { user: 'mailer', password: new Secret('wrong') };
  const [outcome] = await send(t, toMailServer(server, { tls: 'from-start', login: wrong, ca: certificate }));
  assert.deepEqual(outcome, { kind: 'later', fault: 'login_refused', concerns: 'channel' });
});

for (const [step, status, expected] of [
  ['rcpt', 450, { kind: 'later', fault: 'smtp_450', concerns: 'message' }],
  ['rcpt', 550, { kind: 'never', fault: 'smtp_550' }],
  ['data', 451, { kind: 'later', fault: 'smtp_451', concerns: 'message' }],
  ['data', 554, { kind: 'never', fault: 'smtp_554' }],
] as const) {
  test(`${status} at ${step}: ${expected.kind}, and nothing of the answer is repeated`, async (t) => {
    const server = await openMailServer(t);
    server.answers = { [step]: status };
    assert.deepEqual(await send(t, toMailServer(server)), [expected]);
  });
}

test('a server that is not there makes the channel wait', async (t) => {
  const server = await openMailServer(t);
  const [outcome] = await send(t, { ...toMailServer(server), port: await findFreePort() });
  assert.deepEqual(outcome, { kind: 'later', fault: 'connection_failed', concerns: 'channel' });
});

test('a connection that ends in the middle makes the channel wait, and the library does not repeat by itself', async (t) => {
  const server = await openMailServer(t);
  server.beforeAnswer = () => server.hangUp();
  const [outcome] = await send(t, toMailServer(server));
  assert.deepEqual(outcome, { kind: 'later', fault: 'connection_failed', concerns: 'channel' });
  assert.deepEqual([server.received.length, server.connections], [1, 1]);
});
