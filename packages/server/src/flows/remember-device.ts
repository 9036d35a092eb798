import { randomBytes } from 'node:crypto';
import type { House, RequestSource } from '../base/house.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { deleteExpiredDevices, findDevice, insertDevice, useDevice } from '../store/remembered-devices.ts';
import { refusedAs, type Step } from './commit-act.ts';

/** What a device is known by: 256 random bits, of which the database has the hash. */
export interface DeviceToken {
  readonly token: string;
  readonly expiresInSeconds: number;
  /** Committed with the sign-in that it was asked for. */
  readonly steps: readonly Step[];
}

const tokenBytes = 32;

/** @returns undefined where the settings remember none */
export function rememberDevice(
  house: House,
  { userId, nowMs }: { readonly userId: string; readonly nowMs: number },
  source: RequestSource,
): DeviceToken | undefined {
  const { rememberDeviceSeconds: expiresInSeconds } = house.policy;
  if (expiresInSeconds === 0) return undefined;
  const token = randomBytes(tokenBytes).toString('base64url');
  const device = {
    id: idOfSecret(token),
    userId,
    userAgent: source.userAgent,
    atMs: nowMs,
    expiresAtMs: nowMs + expiresInSeconds * 1000,
  };
  return { token, expiresInSeconds, steps: [deleteExpiredDevices(nowMs), insertDevice(device)] };
}

/**
 * Whether a device is one that this user had remembered. It stands in for a
 * second factor, never for a first, and makes no session one of two factors.
 *
 * @returns steps of the act that relies on it; undefined when it is not
 */
export async function recognizeDevice(
  house: House,
  { userId, token }: { readonly userId: string; readonly token: string | undefined },
): Promise<readonly Step[] | undefined> {
  if (token === undefined || house.policy.rememberDeviceSeconds === 0) return undefined;
  const id = idOfSecret(token);
  const nowMs = house.now();
  const [device] = await house.store.read(findDevice(id, userId, nowMs));
  return device === undefined ? undefined : [refusedAs(useDevice(id, nowMs), 'invalid_credentials')];
}
