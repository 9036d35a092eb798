import { z } from 'zod';
import { emailText, passwordText, usernameText } from './text.ts';

const linkToken = z.string().min(1).max(64).describe('Out of the mailed link');

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

export const resetPasswordInput = z.strictObject({ token: linkToken, password: passwordText });
