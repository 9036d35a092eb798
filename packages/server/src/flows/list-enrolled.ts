import type { House } from '../base/house.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import { readSecondFactors, type SignInRow } from '../store/users.ts';

/** What an account can be asked for: what it has, without codes by mail where the settings switch them off. */
export function listEnrolled(house: Pick<House, 'policy'>, user: SignInRow): readonly SecondFactor[] {
  const factors = readSecondFactors(user);
  return house.policy.emailCodes ? factors : factors.filter((factor) => factor !== 'email');
}
