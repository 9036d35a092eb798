import type { Secret } from '../base/secret.ts';
import type { OutgoingMessage } from '../base/messages.ts';
import { attemptLimitMs, type SendOutcome, type Transport } from '../base/transport.ts';

/** A server that takes mail from us. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly login: { readonly user: string; readonly password: Secret } | undefined;
  /** `required`: STARTTLS or nothing. */
  readonly tls: 'from-start' | 'required' | 'if-offered' | 'none';
  readonly from: { readonly name: string; readonly address: string };
  /** Certificates that are believed instead of those of the system, in PEM. */
  readonly ca?: string | undefined;
}

const stepLimitMs = 10_000;
const silenceLimitMs = 20_000;
const maxConnections = 5;

/**
 * SMTP over a few connections that are kept. The library is loaded with the first message.
 *
 * Every attempt of a message has the same `Message-ID`, so that a receiver can
 * drop a second one.
 *
 * @see RFC 5321; RFC 3207 (STARTTLS); RFC 5322 §3.6.4 (Message-ID)
 */
export function createSmtpTransport(server: MailServer): Transport {
  let opened: ReturnType<typeof openPool> | undefined;
  let isClosed = false;
  return {
    recognisesRepeats: true,
    maxAtOnce: maxConnections,
    async send(message) {
      opened ??= openPool(server);
      const pool = await opened;
      if (isClosed) return { kind: 'later', fault: 'stopped', concerns: 'channel' };
      try {
        await pool.sendMail({
          ...describeMail(message, server.from),
          signal: AbortSignal.timeout(attemptLimitMs),
        });
        return { kind: 'sent' };
      } catch (error) {
        return judge(error);
      }
    },
    close() {
      isClosed = true;
      void opened?.then((pool) => pool.close({ force: true }));
    },
  };
}

async function openPool({ host, port, login, tls, ca }: MailServer) {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    pool: true,
    maxConnections,
    // The queue repeats, and nobody else: it has counted and noted before.
    maxRequeues: 0,
    host,
    port,
    secure: tls === 'from-start',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    ...(login !== undefined && { auth: { user: login.user, pass: login.password.reveal() } }),
    connectionTimeout: stepLimitMs,
    greetingTimeout: stepLimitMs,
    dnsTimeout: stepLimitMs,
    socketTimeout: silenceLimitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function describeMail(
  { id, recipient, subject, text, html, createdAtMs }: OutgoingMessage,
  from: MailServer['from'],
) {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    messageId: `<${id}@${domain}>`,
    date: new Date(createdAtMs),
    from,
    to: { name: '', address: recipient },
    // Not read out of the header: what is sent to is what was checked.
    envelope: { from: from.address, to: [recipient] },
    subject,
    text,
    ...(html !== undefined && { html }),
    // RFC 3834 §5: no automatic answer, please.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** What the library calls its errors, and what they are for us. Texts of servers are not repeated: they quote. */
const faults: Readonly<Record<string, string>> = {
  EAUTH: 'login_refused',
  EABORT: 'timed_out',
  ETIMEDOUT: 'timed_out',
  EDNS: 'name_unknown',
  ETLS: 'tls_failed',
  ECERT: 'certificate_invalid',
  ESOCKET: 'connection_failed',
  ECONNECTION: 'connection_failed',
};

function judge(error: unknown): SendOutcome {
  const { code, command, responseCode } = readError(error);
  const concernsMessage = command === 'RCPT TO' || command === 'DATA';
  // 503 says that the conversation went wrong, not the message.
  if (concernsMessage && responseCode >= 500 && responseCode !== 503)
    return { kind: 'never', fault: `smtp_${responseCode}` };
  if (concernsMessage && responseCode >= 400 && responseCode < 500) {
    return { kind: 'later', fault: `smtp_${responseCode}`, concerns: 'message' };
  }
  // Ours alone: nothing was said to a server.
  if (responseCode === 0 && (code === 'EENVELOPE' || code === 'EMESSAGE')) {
    return { kind: 'never', fault: 'address_or_size' };
  }
  const named = Object.hasOwn(faults, code) ? faults[code] : undefined;
  const fault = named ?? (responseCode > 0 ? `smtp_${responseCode}` : 'not_sent');
  return { kind: 'later', fault, concerns: 'channel' };
}

function readError(error: unknown): {
  readonly code: string;
  readonly command: string;
  readonly responseCode: number;
} {
  if (!(error instanceof Error)) return { code: '', command: '', responseCode: 0 };
  return {
    // What TLS says about a certificate is under the code of a socket.
    code: /certificate/i.test(error.message) ? 'ECERT' : 'code' in error ? String(error.code) : '',
    command: 'command' in error ? String(error.command) : '',
    responseCode: 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : 0,
  };
}
