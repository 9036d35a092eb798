import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { Secret } from '../../src/base/secret.ts';
import type { MailServer } from '../../src/mail/send-smtp.ts';

/** For tests alone: the key is public. */
const readVector = (name: string): string =>
  readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
export const certificate: string = readVector('loopback-certificate.pem');

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
  readonly raw: string;
  readonly mail: Email;
}

export interface TestMailServer {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Status of the answer to each step; 250 where nothing is said. */
  answers: { rcpt?: number; data?: number; login?: number };
  /** Called with what has just come, before it is answered. */
  beforeAnswer: (mail: ReceivedMail) => void | Promise<void>;
  /** Conversations that were begun. */
  readonly connections: number;
  /** Breaks off every conversation, and stays there for new ones. */
  hangUp(): void;
  arrived(count: number): Promise<readonly ReceivedMail[]>;
  close(): Promise<void>;
}

export interface TestMailServerOptions {
  readonly port?: number;
  /** Default: none. */
  readonly tls?: 'from-start' | 'offered';
  readonly wantsLogin?: boolean;
}

export const login = { user: 'mailer', password: new Secret('pa:ss/word') };

/** A mail server as somebody else runs it, on loopback. */
export async function openMailServer(
  t: TestContext,
  { port = 0, tls, wantsLogin = false }: TestMailServerOptions = {},
): Promise<TestMailServer> {
  const received: ReceivedMail[] = [];
  let wake = Promise.withResolvers<void>();
  let connections = 0;
  const refuse = (status: number | undefined): Error | null =>
    status === undefined
      ? null
      : Object.assign(new Error('no, secret-of-the-server'), { responseCode: status });
  const server = new SMTPServer({
    secure: tls === 'from-start',
    key: readVector('loopback-key.pem'),
    cert: certificate,
    disabledCommands: tls === undefined ? ['STARTTLS'] : [],
    authOptional: !wantsLogin,
    disableReverseLookup: true,
    onConnect(_session, callback) {
      connections += 1;
      callback();
    },
    onAuth(auth, _session, callback) {
      const isRight = auth.username === login.user && auth.password === login.password.reveal();
      const fault = refuse(isRight ? test.answers.login : 535);
      if (fault === null) callback(null, { user: auth.username });
      else callback(fault);
    },
    onRcptTo: (_address, _session, callback) => callback(refuse(test.answers.rcpt)),
    async onData(stream, session, callback) {
      const raw = await buffer(stream);
      const { envelope } = session;
      const one: ReceivedMail = {
        from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
        to: envelope.rcptTo.map(({ address }) => address),
        isEncrypted: session.secure,
        user: session.user,
        raw: raw.toString(),
        mail: await PostalMime.parse(raw),
      };
      const fault = refuse(test.answers.data);
      if (fault === null) received.push(one);
      await test.beforeAnswer(one);
      callback(fault);
      wake.resolve();
      wake = Promise.withResolvers();
    },
  });
  // A client that refuses our certificate, or is killed, breaks off.
  server.on('error', () => {});
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => void sockets.add(socket));
  const closed = Promise.withResolvers<void>();
  let isClosing = false;
  const test: TestMailServer & { port: number } = {
    port: 0,
    received,
    answers: {},
    beforeAnswer() {},
    get connections() {
      return connections;
    },
    async arrived(count) {
      while (received.length < count) await wake.promise;
      return received;
    },
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    close() {
      if (!isClosing) {
        for (const connection of server.connections) connection.close();
        server.close(() => closed.resolve());
      }
      isClosing = true;
      return closed.promise;
    },
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.server.address();
  test.port = typeof address === 'object' && address !== null ? address.port : 0;
  t.after(() => test.close());
  return test;
}

/** How that server is reached. */
export function toMailServer(server: TestMailServer, more: Partial<MailServer> = {}): MailServer {
  return {
    host: 'localhost',
    port: server.port,
    login: undefined,
    tls: 'none',
    from: { name: 'Example, Inc.', address: 'auth@example.com' },
    ...more,
  };
}
