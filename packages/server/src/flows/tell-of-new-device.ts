import type { House, RequestSource, Statement } from '../base/house.ts';
import { sourceKey } from '../limits/source-key.ts';
import { makeOneTimeSecret } from '../proofs/one-time-secret.ts';
import { agentFamily } from '../rules/agent-family.ts';
import { openChallenge } from '../store/challenges.ts';
import { findDevice, rememberDevice } from '../store/known-devices.ts';
import type { SignInRow } from '../store/users.ts';

export interface DeviceSignIn {
  readonly user: SignInRow;
  readonly sessionId: string;
  /** By a cookie that this server gave: it is known wherever it is. */
  readonly isRememberedDevice: boolean;
  readonly amr: readonly string[];
  readonly atMs: number;
}

/** What a challenge of purpose `not-me` remembers. */
export interface DisownedSignIn {
  readonly sessionId: string;
  readonly byPassword: boolean;
  readonly device: string;
  readonly address: string;
  readonly atMs: number;
}

/** A week: notices are read late. */
const linkDays = 7;
const dayMs = 86_400_000;

/**
 * Remembers from where, and with what, an account was signed in. When both are
 * new for it, its owner gets a message with a link that takes the sign-in back.
 * The first sign-in of an account tells nobody.
 *
 * One read. @returns statements to be committed with the session
 */
export async function tellOfNewDevice(
  house: House,
  signIn: DeviceSignIn,
  source: RequestSource,
): Promise<readonly Statement<unknown>[]> {
  const { user, atMs } = signIn;
  const device = {
    userId: user.id,
    source: sourceKey(source.address),
    agent: agentFamily(source.userAgent),
  };
  const [seen] = await house.store.read(findDevice(device));
  const remember = rememberDevice(device, atMs);
  const isNew = seen?.isKnown === 0 && seen.hasOthers === 1 && !signIn.isRememberedDevice;
  return isNew ? [remember, ...writeMessage(house, signIn, { ...source, device: device.agent })] : [remember];
}

function writeMessage(
  house: House,
  { user, sessionId, amr, atMs }: DeviceSignIn,
  { address, device }: { readonly address: string; readonly device: string },
): readonly Statement<unknown>[] {
  const { secret, id } = makeOneTimeSecret();
  const message = house.messages.write({
    template: 'new-device',
    to: { email: user.email },
    language: user.language ?? undefined,
    values: { path: `/not-me?token=${secret}`, atMs, address, device },
  });
  if (message.length === 0) return [];
  const byPassword = amr.includes('pwd');
  return [
    openChallenge({
      id,
      purpose: 'not-me',
      userId: user.id,
      // Who knows the password could else make the link worthless by changing it.
      userGeneration: null,
      isOnlyOne: false,
      detail: { sessionId, byPassword, device, address, atMs } satisfies DisownedSignIn,
      createdAtMs: atMs,
      expiresAtMs: atMs + linkDays * dayMs,
    }),
    ...message,
  ];
}
