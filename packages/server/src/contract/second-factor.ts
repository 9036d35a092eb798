import { z } from 'zod';
import type { SecondFactor } from '../base/second-factor.ts';
import { assertion } from './passkeys.ts';
import { secondFactorName, storage } from './sign-in.ts';
import { epochSeconds, idText, refreshTokenText, toSeconds } from './text.ts';

export type WireFactorName = z.infer<typeof secondFactorName>;

export function toSecondFactor(name: WireFactorName): SecondFactor {
  return name === 'recovery_code' ? 'recovery-code' : name;
}

/** As somebody types it: with blanks or hyphens where they help to read. */
const codeText = z.string().min(1).max(64);

export const finishSecondFactorInput = z.strictObject({
  challenge_id: idText.describe('As the answer to the first proof gave it'),
  factor: secondFactorName,
  code: codeText.optional().describe('For every factor but `passkey`'),
  credential: assertion
    .optional()
    .describe('For `passkey`, whose options name the `challenge_id` of this sign-in'),
  storage: storage
    .optional()
    .describe('Default: `body`. With `cookie` the call must come from the same origin'),
  refresh_token: refreshTokenText.optional().describe('One that is still held: its session ends'),
  remember_device: z
    .boolean()
    .optional()
    .describe(
      'Whether this device is not to be asked again, for as long as the settings of the server allow',
    ),
});

export const factorConfirmationInput = z.strictObject({ code: codeText });

/** Passkeys have calls of their own. */
export const factorKinds = ['totp', 'sms', 'email'] as const;

export type WireFactorKind = (typeof factorKinds)[number];

const recoveryCodes = z
  .array(z.string())
  .describe('Shown this once: each signs in in place of the second factor, and only once');

export const recoveryCodesAnswer = z
  .strictObject({ recovery_codes: recoveryCodes })
  .meta({ id: 'RecoveryCodes', title: 'Recovery codes' });

export const addedFactorAnswer = z
  .strictObject({ recovery_codes: recoveryCodes.optional().describe('Only with the first factor') })
  .meta({ id: 'AddedFactor', title: 'A factor was added' });

export const begunAppAnswer = z
  .strictObject({
    secret: z.string().describe('Base32, to be typed into an app'),
    uri: z.string().describe('`otpauth://…`, as apps read it'),
    qr_code: z.string().describe('The same as a picture: SVG'),
    expires_in: z.int().describe('Seconds in which a code has to confirm it'),
  })
  .meta({ id: 'BegunApp', title: 'An authenticator app that waits for its confirmation' });

const factorObject = z
  .strictObject({
    kind: z.enum(factorKinds),
    target: z.string().optional().describe('Where codes go, but for its last two digits'),
    created_at: epochSeconds,
    last_used_at: epochSeconds.optional(),
  })
  .meta({ id: 'Factor', title: 'A second factor' });

export const factorsAnswer = z
  .strictObject({
    factors: z.array(factorObject),
    recovery_codes_left: z.int(),
    remembered_devices: z.int().describe('Devices that are not asked for a second factor'),
  })
  .meta({ id: 'Factors', title: 'Second factors' });

interface ListedFacts {
  readonly kind: WireFactorKind;
  readonly target: string | undefined;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

export function toWireFactors(list: {
  readonly factors: readonly ListedFacts[];
  readonly recoveryCodesLeft: number;
  readonly rememberedDevices: number;
}): z.infer<typeof factorsAnswer> {
  return {
    factors: list.factors.map(({ kind, target, createdAtMs, lastUsedAtMs }) => ({
      kind,
      ...(target !== undefined && { target }),
      created_at: toSeconds(createdAtMs),
      ...(lastUsedAtMs !== null && { last_used_at: toSeconds(lastUsedAtMs) }),
    })),
    recovery_codes_left: list.recoveryCodesLeft,
    remembered_devices: list.rememberedDevices,
  };
}

export const sendCodeInput = z.strictObject({
  challenge_id: idText.describe('As the answer to the first proof gave it'),
  factor: z.enum(['email', 'sms']),
});

export const beginSmsInput = z.strictObject({
  phone: z.string().min(1).max(32).describe('International form: `+` and at most 15 digits (E.164)'),
});

export const codeSentAnswer = z
  .strictObject({ expires_in: z.int().describe('Seconds in which a code is good') })
  .meta({ id: 'CodeSent', title: 'A code is on its way, if there was anything to send' });
