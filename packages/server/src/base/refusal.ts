import type { RefusalCode } from './refusals.ts';

export interface RefusalDetails {
  /** Private: goes to the log and the audit table, never to the caller. */
  readonly reason?: string;
  /** Private, for the log alone: how the database refused. */
  readonly databaseSaid?: string;
  readonly retryAfterSeconds?: number;
  /** Public: which member of the input is wrong, and how. Never its value, but for a name whose form was checked. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  /** For `insufficient_user_authentication`: RFC 9470 §3 `max_age`. */
  readonly maxAgeSeconds?: number;
  /** For `insufficient_user_authentication`: RFC 9470 §3 `acr_values`. */
  readonly acrValues?: string;
  /** For `insufficient_scope`: what would have been needed. */
  readonly scope?: string;
}

/** The caller may not, or not so. The code's row in `refusals` says what leaves the house. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(details.reason === undefined ? code : `${code}: ${details.reason}`);
    this.code = code;
    this.details = details;
  }
}

/** `invalid_request` for one member of the input. @param message  goes on from the member's name */
export function notOfForm(path: string, message: string): Refusal {
  return new Refusal('invalid_request', { fields: [{ path, message }] });
}
