import { STATUS_CODES } from 'node:http';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { answerError } from './answer-error.ts';

/** What Node's parser and timers report; everything else is a malformed request. */
const codes: ReadonlyMap<string | undefined, RefusalCode> = new Map([
  ['HPE_HEADER_OVERFLOW', 'header_too_large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request_timeout'],
]);

/**
 * The answer to bytes that are no request: they never reach a route, and still
 * get the form and the headers of every other refusal.
 *
 * @param headers those of every answer
 * @returns a whole HTTP/1.1 response, after which the connection must be closed
 */
export function refuseUnreadable(
  error: { readonly code?: string | undefined },
  headers: Readonly<Record<string, string>>,
): string {
  const requestId = randomId();
  const refusal = new Refusal(codes.get(error.code) ?? 'invalid_request');
  const answer = answerError(refusal, { style: 'problem', requestId });
  const fields = {
    ...headers,
    ...answer.headers,
    'X-Request-Id': requestId,
    'Content-Length': String(Buffer.byteLength(answer.body)),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const statusLine = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`;
  return [statusLine, ...lines, '', answer.body].join('\r\n');
}
