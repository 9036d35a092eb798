import type { VerifyOptions } from './api-types.ts';
import { JsonWebTokenError } from './errors.ts';
import { nowSeconds } from './time-span.ts';

/** @throws JsonWebTokenError for an option of the wrong form; unknown options are nobody's business */
export function checkVerifyOptions(options: VerifyOptions): void {
  const { clockTimestamp, nonce, allowInvalidAsymmetricKeyTypes } = options;
  if (clockTimestamp && typeof clockTimestamp !== 'number') {
    throw new JsonWebTokenError('clockTimestamp must be a number');
  }
  if (nonce !== undefined && (typeof nonce !== 'string' || nonce.trim() === '')) {
    throw new JsonWebTokenError('nonce must be a non-empty string');
  }
  if (allowInvalidAsymmetricKeyTypes !== undefined && typeof allowInvalidAsymmetricKeyTypes !== 'boolean') {
    throw new JsonWebTokenError('allowInvalidAsymmetricKeyTypes must be a boolean');
  }
}

export interface Clock {
  readonly now: number;
  readonly tolerance: number;
}

/**
 * The clock that the options ask for, in seconds.
 *
 * The original adds a tolerance given as text to the digits of `exp`, after
 * which no token ever expires; here it is the number that it shows.
 *
 * @throws JsonWebTokenError when the tolerance is no number
 */
export function readClock(options: VerifyOptions): Clock {
  const given: unknown = options.clockTolerance;
  const tolerance = typeof given === 'string' && given.trim() !== '' ? Number(given) : given || 0;
  if (typeof tolerance !== 'number' || Number.isNaN(tolerance)) {
    throw new JsonWebTokenError('clockTolerance must be a number');
  }
  return { now: options.clockTimestamp || nowSeconds(), tolerance };
}
