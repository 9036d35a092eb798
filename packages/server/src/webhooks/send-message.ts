import { type LookupAddress, type LookupAllOptions, lookup as lookUpName } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed';
      /** For administrators: a status, or why there is none. Holds nothing of the answer. */
      readonly fault: string;
      /** The endpoint wants no more (410). */
      readonly isGone: boolean;
      readonly retryAfterSeconds: number | undefined;
    };

export type LookUp = (
  name: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface Outgoing {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Asked of every address that the name resolves to, and of one that stands in the URL. */
  readonly isAllowed: (address: string) => boolean;
  readonly signal: AbortSignal;
  /** Default: the system's. */
  readonly lookUp?: LookUp | undefined;
}

const timeLimitMs = 15_000;
const maxRetryAfterSeconds = 3600;

/**
 * Sends one POST, and looks at the status of the answer alone.
 *
 * The connection goes to an address that was looked at, so a name that resolves
 * to another one a moment later leads nowhere. No redirect is followed, nothing
 * of the body is read. Does not reject.
 */
export function sendMessage(outgoing: Outgoing): Promise<Attempt> {
  const { url, body, headers, isAllowed } = outgoing;
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  // For an address in the URL nothing is looked up.
  if (isIP(host) !== 0 && !isAllowed(host)) return Promise.resolve(fail('address_not_allowed'));
  const limit = AbortSignal.timeout(timeLimitMs);
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(target, {
    method: 'POST',
    agent: false,
    lookup: lookUpAllowed(isAllowed, outgoing.lookUp ?? lookUpName),
    maxHeaderSize: 16_384,
    signal: AbortSignal.any([outgoing.signal, limit]),
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'countersign-webhooks',
    },
  });
  request.on('response', (response) => {
    resolve(readStatus(response));
    response.destroy();
  });
  // An answer that switches protocols brings neither a response nor an error.
  request.on('close', () => resolve(fail('not_answered')));
  request.on('error', (error) => resolve(fail(limit.aborted ? 'timed_out' : nameFault(error))));
  request.end(body);
  return promise;
}

function fail(fault: string): Attempt {
  return { kind: 'failed', fault, isGone: false, retryAfterSeconds: undefined };
}

function readStatus({ statusCode = 0, headers }: IncomingMessage): Attempt {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
  const after = headers['retry-after'] ?? '';
  const retryAfterSeconds = /^\d{1,9}$/.test(after)
    ? Math.min(Number(after), maxRetryAfterSeconds)
    : undefined;
  return { kind: 'failed', fault: `status_${statusCode}`, isGone: statusCode === 410, retryAfterSeconds };
}

const knownFaults: Readonly<Record<string, string>> = {
  ADDRESS_NOT_ALLOWED: 'address_not_allowed',
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'name_unknown',
  ECONNREFUSED: 'connection_refused',
  ETIMEDOUT: 'timed_out',
};

function nameFault(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (/CERT|SELF_SIGNED|TLS|SSL/.test(code)) return 'certificate_invalid';
  return Object.hasOwn(knownFaults, code) ? (knownFaults[code] ?? 'not_answered') : 'not_answered';
}

/** Resolves a name once and gives out what was looked at; one address that is not allowed refuses the name. */
function lookUpAllowed(isAllowed: (address: string) => boolean, lookUp: LookUp): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, []);
      else if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
        callback(Object.assign(new Error('not allowed'), { code: 'ADDRESS_NOT_ALLOWED' }), []);
      } else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}
