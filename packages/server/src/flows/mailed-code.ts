import type { House, Statement } from '../base/house.ts';
import { makeOneTimeCode, readOneTimeCode } from '../proofs/one-time-code.ts';
import { type ChallengeName, setCode } from '../store/challenges.ts';
import { refusedAs, type Step } from './commit-act.ts';

/** A code that goes to a mailbox or a telephone. */
export type CodeKind = 'email' | 'sms';

export interface CodeName {
  readonly challenge: ChallengeName;
  readonly userId: string;
  readonly kind: CodeKind;
}

export const codeSeconds = 600;
/** Of one challenge. Those to one recipient are limited where messages are written. */
const maxSends = 3;

export interface CodeDelivery {
  /** A mailbox or a telephone number. */
  readonly target: string;
  readonly language: string | null;
  readonly validSeconds: number;
}

/**
 * What sends a new code and makes the one before it worthless; tries are
 * carried over. The code itself is in the message alone.
 *
 * @returns steps that are refused with `too_many_requests` after the third
 */
export function sendCodeTo(
  house: House,
  name: CodeName,
  { target, language, validSeconds }: CodeDelivery,
): readonly Step[] {
  const code = makeOneTimeCode();
  const { nowMs } = name.challenge;
  const expiresAtMs = nowMs + validSeconds * 1000;
  return [
    refusedAs(
      setCode(name.challenge, { mac: macOf(house, name, code), expiresAtMs, maxSends }),
      'too_many_requests',
    ),
    ...writeCode(house, {
      kind: name.kind,
      target,
      language,
      code,
      validMinutes: Math.ceil(validSeconds / 60),
    }),
  ];
}

/** @returns what is stored of a code as it was typed; undefined for what cannot be one */
export function readCodeMac(house: House, name: CodeName, typed: string): Uint8Array | undefined {
  const code = readOneTimeCode(typed);
  return code === undefined ? undefined : macOf(house, name, code);
}

/** A code is good for this challenge, purpose, account and channel, and for nothing else. */
function macOf(house: House, { challenge, userId, kind }: CodeName, code: string): Uint8Array {
  return house.vault.macOf(['one-time code', challenge.purpose, challenge.id, userId, kind, code]);
}

interface WrittenCode {
  readonly kind: CodeKind;
  readonly target: string;
  readonly language: string | null;
  readonly code: string;
  readonly validMinutes: number;
}

function writeCode(
  house: House,
  { kind, target, language, code, validMinutes }: WrittenCode,
): readonly Statement<unknown>[] {
  const values = { code, validMinutes };
  return kind === 'sms'
    ? house.messages.write({
        template: 'sms-code',
        to: { phone: target },
        language: language ?? undefined,
        values,
      })
    : house.messages.write({
        template: 'sign-in-code',
        to: { email: target },
        language: language ?? undefined,
        values,
      });
}
