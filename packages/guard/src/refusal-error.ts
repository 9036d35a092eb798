import type { Refusal, RefusalCode, RefusalReason } from './challenge.ts';

/**
 * Thrown by `guard.verify` when access is refused.
 *
 * `status` and `headers` are those of the answer that an adapter would have
 * sent, where Express and Koa look for them. The message is the public code;
 * `reason` is for the log and stays out of `JSON.stringify`.
 */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly code: RefusalCode;
  readonly status: 400 | 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly #reason: RefusalReason;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.code = refusal.code;
    this.status = refusal.status;
    this.headers = refusal.headers;
    this.body = refusal.body;
    this.#reason = refusal.reason;
  }

  get reason(): RefusalReason {
    return this.#reason;
  }
}
