import { z } from 'zod';
import { idText, passwordText, refreshTokenText } from './text.ts';
import { toWireUser, type UserFacts, userObject } from './user.ts';

/** 43 base64url characters. */
const deviceTokenText = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const signedInAnswer = z
  .strictObject({
    access_token: z.string().describe('JWT of type `at+jwt` (RFC 9068)'),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds from the moment of the answer'),
    refresh_token: refreshTokenText.optional().describe('Absent when it went into the cookie'),
    refresh_expires_in: z.int().describe('Seconds in which the refresh token must be used'),
    user: userObject,
    device_token: deviceTokenText
      .optional()
      .describe('With `remember_device` and storage `body`: for later sign-ins of this device'),
  })
  .meta({ id: 'SignedIn', title: 'Signed in' });

export type WireSignedIn = z.infer<typeof signedInAnswer>;

export const secondFactorName = z.enum(['passkey', 'totp', 'sms', 'email', 'recovery_code']);

export const secondFactorAnswer = z
  .strictObject({
    status: z.literal('second_factor_required'),
    challenge_id: idText.describe('Goes into the next call and nowhere else'),
    factors: z.array(secondFactorName).describe('One of these is to be proven'),
    expires_in: z.int().describe('Seconds in which it has to be'),
  })
  .meta({ id: 'SecondFactorRequired', title: 'A second factor is required' });

export type WireSecondFactor = z.infer<typeof secondFactorAnswer>;

/** A sign-in either is done or asks for one more proof. */
export const signInAnswer = z.union([signedInAnswer, secondFactorAnswer]);

export interface SecondFactorFacts {
  readonly challengeId: string;
  readonly factors: readonly ('passkey' | 'totp' | 'sms' | 'email' | 'recovery-code')[];
  readonly expiresInSeconds: number;
}

export function toWireSecondFactor(pending: SecondFactorFacts): WireSecondFactor {
  return {
    status: 'second_factor_required',
    challenge_id: pending.challengeId,
    factors: pending.factors.map((factor) => (factor === 'recovery-code' ? 'recovery_code' : factor)),
    expires_in: pending.expiresInSeconds,
  };
}

export interface SignedInFacts {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
  readonly user: UserFacts;
}

/** With storage `cookie` the refresh token stays out of the reach of scripts. */
export function toWireSignedIn(signedIn: SignedInFacts, storage: TokenStorage): WireSignedIn {
  return {
    access_token: signedIn.accessToken,
    token_type: 'Bearer',
    expires_in: signedIn.expiresInSeconds,
    ...(storage === 'body' && { refresh_token: signedIn.refreshToken }),
    refresh_expires_in: signedIn.refreshExpiresInSeconds,
    user: toWireUser(signedIn.user),
  };
}

export type TokenStorage = 'body' | 'cookie';

export const storage = z
  .enum(['body', 'cookie'])
  .describe('Where the refresh token goes: into the answer, or into an HttpOnly cookie');

export const logInInput = z.strictObject({
  identifier: z.string().min(1).max(254).describe('E-mail address or user name'),
  password: passwordText,
  storage: storage
    .optional()
    .describe('Default: `body`. With `cookie` the call must come from the same origin'),
  refresh_token: refreshTokenText.optional().describe('One that is still held: its session ends'),
  device_token: deviceTokenText
    .optional()
    .describe('Of a device that was remembered: it is not asked for a second factor'),
  acr: z
    .literal('aal2')
    .optional()
    .describe('Asks for two factors, also where one would do (RFC 9470 step-up)'),
});

/** `Idempotency-Key`: the same for every repeat of one refresh, and as secret as the token. */
export const refreshHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/)
    .optional()
    .describe('Secret id of this refresh; a repeat with the same id gets the same answer'),
});

export const refreshInput = z.strictObject({
  refresh_token: refreshTokenText.optional().describe('Absent: the cookie is used'),
});

export const logOutInput: typeof refreshInput = refreshInput;

export const nothingInput = z.strictObject({});

export const changePasswordInput = z.strictObject({
  current_password: passwordText,
  new_password: passwordText,
  storage: storage.optional().describe('Default: `cookie` when the call carries the cookie, else `body`'),
});
