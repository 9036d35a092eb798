import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Time-based one-time passwords as every authenticator app makes them: SHA-1,
 * 6 digits, 30 seconds (RFC 6238 §4). SHA-1 is used inside HMAC, which its
 * collisions do not touch, and apps know nothing else for certain.
 */

const totpStepSeconds = 30;
const totpDigits = 6;
/** As long as the hash: RFC 4226 §4, requirement R6. */
const secretBytes = 20;
/** One step of delay or of clocks that differ, to either side: RFC 6238 §5.2. */
const toleranceSteps = 1;

export function makeTotpSecret(): Uint8Array {
  return randomBytes(secretBytes);
}

/** RFC 4226 §5.3: HMAC, dynamic truncation, the last digits. */
export function hotp(secret: Uint8Array, counter: number, digits: number = totpDigits): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

function totpStepAt(nowMs: number): number {
  return Math.floor(nowMs / 1000 / totpStepSeconds);
}

export interface TotpQuestion {
  readonly secret: Uint8Array;
  /** As it was typed; blanks between digits are no mistake. */
  readonly code: string;
  readonly nowMs: number;
  /** The last step that was accepted: neither it nor one before it is again (RFC 6238 §5.2). */
  readonly lastStep: number;
}

/**
 * Which step a code is of, at most one before or after the clock's.
 * Looks at every step, whatever it finds.
 *
 * @returns the latest that fits and was not used; undefined when none does
 */
export function findTotpStep({ secret, code, nowMs, lastStep }: TotpQuestion): number | undefined {
  const typed = code.replaceAll(' ', '');
  if (!/^[0-9]{6}$/.test(typed)) return undefined;
  const presented = Buffer.from(typed);
  const now = totpStepAt(nowMs);
  let found: number | undefined;
  for (let step = Math.max(0, now - toleranceSteps); step <= now + toleranceSteps; step += 1) {
    const isEqual = timingSafeEqual(Buffer.from(hotp(secret, step)), presented);
    if (isEqual && step > lastStep) found = step;
  }
  return found;
}
