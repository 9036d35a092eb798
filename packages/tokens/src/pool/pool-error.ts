const poolErrors = {
  queue_full: 'as many tokens are waiting as may wait',
  closed: 'the pool is closed',
  thread_failed: 'the thread that had the token ended',
} as const;

export type PoolErrorCode = keyof typeof poolErrors;

/** The token was not looked at: nothing is said about whether it is good. */
export class PoolError extends Error {
  override readonly name = 'PoolError';
  readonly code: PoolErrorCode;

  constructor(code: PoolErrorCode, cause?: unknown) {
    super(poolErrors[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
