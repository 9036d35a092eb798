import type { Caller, House } from '../base/house.ts';
import { type FactorKind, listFactors as readFactors } from '../store/factors.ts';
import { countRecoveryCodes } from '../store/recovery-codes.ts';
import { countDevices } from '../store/remembered-devices.ts';

export interface ListedFactor {
  readonly kind: FactorKind;
  /** A telephone number but for its last two digits; undefined where there is none. */
  readonly target: string | undefined;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

export interface FactorList {
  readonly factors: readonly ListedFactor[];
  readonly recoveryCodesLeft: number;
  readonly rememberedDevices: number;
}

/** What the caller can be asked for. Passkeys have a list of their own. */
export async function listFactors(house: House, { userId }: Caller): Promise<FactorList> {
  const rows = await house.store.read(readFactors(userId));
  const [codes] = await house.store.read(countRecoveryCodes(userId));
  const [devices] = await house.store.read(countDevices(userId, house.now()));
  return {
    factors: rows.map(({ kind, target, createdAtMs, lastUsedAtMs }) => ({
      kind,
      target: target === null ? undefined : maskNumber(target),
      createdAtMs,
      lastUsedAtMs,
    })),
    recoveryCodesLeft: codes?.left ?? 0,
    rememberedDevices: devices?.devices ?? 0,
  };
}

function maskNumber(number: string): string {
  return '•'.repeat(number.length - 2) + number.slice(-2);
}
