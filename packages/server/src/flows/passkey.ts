import type { PasskeyRow } from '../store/passkeys.ts';
import { splitNames } from './split-names.ts';

/** A passkey as its owner sees it. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly transports: readonly string[];
  /** Whether its model may copy it to other devices of its owner. */
  readonly isBackupEligible: boolean;
  /** Whether it was, when it was used last. */
  readonly isBackedUp: boolean;
  readonly aaguid: string;
}

type NewRow = Omit<PasskeyRow, 'isBackupEligible' | 'isBackedUp'> & {
  readonly isBackupEligible: PasskeyRow['isBackupEligible'] | boolean;
  readonly isBackedUp: PasskeyRow['isBackedUp'] | boolean;
};

export function toPasskey(row: NewRow): Passkey {
  return {
    id: row.id,
    name: row.name,
    createdAtMs: row.createdAtMs,
    lastUsedAtMs: row.lastUsedAtMs,
    transports: splitNames(row.transports),
    isBackupEligible: Boolean(row.isBackupEligible),
    isBackedUp: Boolean(row.isBackedUp),
    aaguid: row.aaguid,
  };
}
