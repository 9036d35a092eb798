import type { SecondFactor } from '../base/second-factor.ts';
import { levelOfMethods } from './second-factor-needed.ts';

/** What is looked at before an act that could take an account over. */
export interface SignInFacts {
  readonly authTimeSeconds: number;
  /** What the session proved, RFC 8176 §2. */
  readonly amr: readonly string[];
  /** Whether the account has a password, and what else it can be asked for. */
  readonly hasPassword: boolean;
  readonly enrolled: readonly SecondFactor[];
  readonly nowSeconds: number;
  readonly maxAgeSeconds: number;
}

/** RFC 9470 §3: what a sign-in must be like to be enough. */
export interface SignInWanted {
  readonly maxAgeSeconds: number;
  readonly acrValues?: 'aal2';
}

const clockToleranceSeconds = 2;

/**
 * Recent, and of two factors where the account has two: the
 * holder of the password alone, or of a session from before, changes nothing.
 *
 * @returns what is wanted instead; undefined when it is enough
 */
export function findWanted(facts: SignInFacts): SignInWanted | undefined {
  const { maxAgeSeconds } = facts;
  const ageSeconds = facts.nowSeconds - facts.authTimeSeconds;
  // One dated in the future, by a clock that was set back since, would stay recent until then.
  const isRecent = ageSeconds >= -clockToleranceSeconds && ageSeconds <= maxAgeSeconds;
  const needsTwo = canReachTwo(facts);
  if (isRecent && (!needsTwo || levelOfMethods(facts.amr) === 'aal2')) return undefined;
  return needsTwo ? { maxAgeSeconds, acrValues: 'aal2' } : { maxAgeSeconds };
}

/** Whether a sign-in to the account can be of two factors. Recovery codes stand in for a lost one: alone they are none. */
function canReachTwo({ hasPassword, enrolled }: Pick<SignInFacts, 'hasPassword' | 'enrolled'>): boolean {
  const hasDevice = enrolled.includes('totp') || enrolled.includes('sms');
  return enrolled.includes('passkey') || (hasPassword && hasDevice);
}
