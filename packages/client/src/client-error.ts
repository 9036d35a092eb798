import type { StepUpNeed } from './challenge.ts';

/**
 * RFC 9457 §3 problem details, with the issuer's stable `code`. Every member may
 * be absent: what stands between answers in this form too.
 */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly [member: string]: unknown;
}

/** Codes that this package adds to the ones the issuer sends. */
export type ClientErrorCode =
  /** No answer came: offline, name not found, refused, or slower than `timeoutSeconds`. */
  | 'network'
  /** An answer came that is not the form this client knows. */
  | 'unexpected_answer'
  /** The call needs a signed-in user and there is none. */
  | 'signed_out'
  /** The storage threw when it was read, as a locked keychain does. */
  | 'storage_failed'
  /** An identifier that cannot be put into a path. */
  | 'invalid_id'
  /** A step-up that came out as another user. */
  | 'another_user';

interface ClientErrorDetails {
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly problem?: Problem | undefined;
  readonly stepUpNeed?: StepUpNeed | undefined;
  readonly cause?: unknown;
}

/**
 * What every call of this package throws when the caller could not have known
 * better. `code` is stable: one of `ClientErrorCode`, or the `code` of the
 * issuer's RFC 9457 answer, such as `invalid_credentials`.
 *
 * The message never holds a token, a password or an address.
 */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly code: ClientErrorCode | (string & {});
  /** HTTP status, absent when there was no answer. */
  readonly status: number | undefined;
  /** How long to leave the issuer alone, when it said so. */
  readonly retryAfterSeconds: number | undefined;
  readonly problem: Problem | undefined;
  /** With `insufficient_user_authentication`: what the sign-in must be. */
  readonly stepUpNeed: StepUpNeed | undefined;

  constructor(code: ClientErrorCode | (string & {}), title: string, details: ClientErrorDetails = {}) {
    super(title, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.problem = details.problem;
    this.stepUpNeed = details.stepUpNeed;
  }
}
