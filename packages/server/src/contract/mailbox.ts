import { z } from 'zod';
import { secondFactorAnswer, signedInAnswer, storage } from './sign-in.ts';
import { emailText, idText, linkToken, passwordText, refreshTokenText, usernameText } from './text.ts';

/** Of a sign-in: an account is named by either. */
const identifierText = z.string().min(1).max(254).describe('E-mail address or user name');

export const verifyEmailInput = z.strictObject({
  token: linkToken,
  password: passwordText
    .optional()
    .describe('Of the registration or the account; not needed with an access token of the account'),
  username: usernameText
    .nullable()
    .optional()
    .describe('For a new account whose user name was taken meanwhile; null for none'),
});

export const askForEmailProofInput = z.strictObject({
  email: emailText.optional().describe('Absent: the address of the access token’s account'),
});

export const forgotPasswordInput = z.strictObject({ identifier: identifierText });

export const newEmailInput = z.strictObject({ email: emailText });

export const newEmailProofInput = z.strictObject({
  token: linkToken,
  password: passwordText.optional().describe('Of the account; not needed with an access token of it'),
});

export const linkInput = z.strictObject({ token: linkToken });

export const magicLinkInput = z.strictObject({ identifier: identifierText });

export const magicLinkAnswer = z.strictObject({
  binding: idText.describe('For the browser that asks: with it the link signs in at once'),
});

export const linkLogInInput = z.strictObject({
  token: linkToken,
  binding: idText.optional().describe('What the browser that asked for the link was given'),
  confirmed: z
    .literal(true)
    .optional()
    .describe('In another browser: its user saw whose account it is, and agreed'),
  storage: storage
    .optional()
    .describe('Default: `body`. With `cookie` the call must come from the same origin'),
  refresh_token: refreshTokenText.optional().describe('One that is still held: its session ends'),
});

const confirmationAnswer = z
  .strictObject({ status: z.literal('confirmation_required'), email: emailText })
  .meta({ id: 'ConfirmationRequired', title: 'Another browser asked for the link: is this account meant?' });

export const linkLogInAnswer = z.union([signedInAnswer, secondFactorAnswer, confirmationAnswer]);

export type WireLinkLogIn = z.infer<typeof linkLogInAnswer>;

export const resetPasswordInput = z.strictObject({ token: linkToken, password: passwordText });
