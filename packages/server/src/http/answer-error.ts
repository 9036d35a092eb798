import { Refusal } from '../base/refusal.ts';
import { type RefusalCode, type RefusalRow, refusals } from '../base/refusals.ts';
import { drawError } from '../pages/error-page.ts';
import { drawPage, type Frame } from '../pages/frame.ts';
import { sayWait } from './explain-refusal.ts';
import type { ErrorStyle } from './route.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly logLevel: RefusalRow['logLevel'];
  /** For the log alone. */
  readonly private: { readonly code: RefusalCode; readonly reason?: string; readonly fault?: unknown };
}

export interface ErrorContext {
  readonly style: ErrorStyle;
  readonly requestId: string;
  /** What pages are drawn with; without it no page is. */
  readonly frame?: Frame | undefined;
}

/**
 * The only way out for whatever was thrown.
 *
 * A `Refusal` leaves as its row of the catalogue. Anything else is a fault of
 * ours: the caller learns that, and the request id; what happened stays in
 * `private`.
 *
 * @see RFC 9457 §3, RFC 6749 §5.2, RFC 6750 §3, RFC 9470 §3
 */
export function answerError(error: unknown, context: ErrorContext): ErrorAnswer {
  const refusal = error instanceof Refusal ? error : new Refusal('server_error');
  const row: RefusalRow = refusals[refusal.code];
  const reason = refusal.details.reason ?? refusal.details.databaseSaid;
  const status = statusOf(refusal.code, context.style);
  return {
    status,
    headers: {
      'Cache-Control': 'no-store',
      ...headersOfRefusal(refusal, status),
      'Content-Type': contentTypes[context.style],
    },
    body: writeBody(refusal, { ...context, row, status }),
    logLevel: row.logLevel,
    private: {
      code: refusal.code,
      ...(reason !== undefined && { reason }),
      ...(refusal !== error && { fault: error }),
    },
  };
}

const contentTypes: Readonly<Record<ErrorStyle, string>> = {
  problem: 'application/problem+json',
  oauth: 'application/json',
  page: 'text/html; charset=utf-8',
};

/** Beside type and caching: what tells the caller what to do next. */
export function headersOfRefusal(refusal: Refusal, status: number): Readonly<Record<string, string>> {
  return { ...challengeOf(refusal, status), ...retryAfter(refusal) };
}

interface Written extends ErrorContext {
  readonly row: RefusalRow;
  readonly status: number;
}

function writeBody(refusal: Refusal, { style, frame, requestId, row, status }: Written): string {
  if (style === 'oauth') return JSON.stringify(oauthBody(row));
  if (style === 'problem' || frame === undefined) return JSON.stringify(problemBody(refusal, row, requestId));
  const wait = sayWait(refusal.details.retryAfterSeconds, frame.say);
  const shown = drawError(frame, { status, code: refusal.code, wait, requestId });
  return drawPage(frame, { ...shown, isWrong: false, runsScript: false, formToken: undefined });
}

/** RFC 6749 §5.2: 400 for everything but a client that could not be authenticated. */
export function statusOf(code: RefusalCode, style: ErrorStyle): number {
  const row: RefusalRow = refusals[code];
  const isAnswered400 = style === 'oauth' && row.status === 401 && row.oauthError !== 'invalid_client';
  return isAnswered400 ? 400 : row.status;
}

function oauthBody(row: RefusalRow): object {
  return { error: row.oauthError, error_description: row.title };
}

function problemBody(refusal: Refusal, row: RefusalRow, requestId: string): object {
  const { fields } = refusal.details;
  return {
    type: 'about:blank',
    title: row.title,
    status: row.status,
    code: refusal.code,
    request_id: requestId,
    ...(fields !== undefined && { fields }),
  };
}

/** RFC 9110 §15.5.2: a 401 always carries a challenge. */
function challengeOf(refusal: Refusal, status: number): Readonly<Record<string, string>> {
  const challenge = findChallenge(refusal, status);
  return challenge === undefined ? {} : { 'WWW-Authenticate': challenge };
}

function findChallenge({ code, details }: Refusal, status: number): string | undefined {
  switch (code) {
    case 'invalid_token':
      return 'Bearer error="invalid_token"';
    case 'insufficient_scope':
      return `Bearer error="insufficient_scope"${attribute('scope', details.scope)}`;
    case 'insufficient_user_authentication':
      return `Bearer error="insufficient_user_authentication"${attribute('max_age', details.maxAgeSeconds)}${attribute('acr_values', details.acrValues)}`;
    case 'invalid_client':
      return 'Basic realm="Countersign", charset="UTF-8"';
    default:
      return status === 401 ? 'Bearer' : undefined;
  }
}

function attribute(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : `, ${name}="${value}"`;
}

function retryAfter({ details }: Refusal): Readonly<Record<string, string>> {
  const seconds = details.retryAfterSeconds;
  return seconds === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) };
}
