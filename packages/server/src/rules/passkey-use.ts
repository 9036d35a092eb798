/** What the database knows of a passkey, and what a verified assertion says. */
export interface PasskeyUse {
  readonly stored: { readonly signCount: number; readonly isBackupEligible: boolean };
  readonly asserted: { readonly signCount: number; readonly isBackupEligible: boolean };
}

/**
 * Whether an assertion whose signature holds may count.
 *
 * | counters                         | eligible for backup | answer      |
 * | -------------------------------- | ------------------- | ----------- |
 * | –                                | changed             | `refused`   |
 * | both 0: it does not count        | as before           | `fine`      |
 * | higher than the stored one       | as before           | `fine`      |
 * | otherwise: somebody has a copy   | as before           | `cloned`    |
 *
 * @see WebAuthn level 3 §6.1.1, §6.1.3, §7.2
 */
export function decidePasskeyUse({ stored, asserted }: PasskeyUse): 'fine' | 'cloned' | 'refused' {
  if (stored.isBackupEligible !== asserted.isBackupEligible) return 'refused';
  if (stored.signCount === 0 && asserted.signCount === 0) return 'fine';
  return asserted.signCount > stored.signCount ? 'fine' : 'cloned';
}
