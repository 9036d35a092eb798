import { z } from 'zod';
import {
  emailText,
  epochSeconds,
  idText,
  linkToken,
  nameText,
  passwordText,
  toSeconds,
  usernameText,
} from './text.ts';

const languageName = z.string().min(2).max(35);

export const userObject = z
  .strictObject({
    id: idText,
    email: emailText,
    username: usernameText.nullable(),
    name: nameText.nullable(),
    roles: z.array(z.string()),
    permissions: z.array(z.string()),
    email_verified: z.boolean().describe('Whether somebody proved to read mail there'),
    language: languageName.describe('Of messages to the user'),
    created_at: epochSeconds,
  })
  .meta({ id: 'User', title: 'User' });

export type WireUser = z.infer<typeof userObject>;

/** What the flows know a user by. */
export interface UserFacts {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly emailVerified: boolean;
  readonly language: string;
  readonly createdAtMs: number;
}

export function toWireUser(user: UserFacts): WireUser {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    name: user.name,
    roles: [...user.roles],
    permissions: [...user.permissions],
    email_verified: user.emailVerified,
    language: user.language,
    created_at: toSeconds(user.createdAtMs),
  };
}

export const userAnswer = z.strictObject({ user: userObject });

/** What follows a registration is in the mailbox. */
export const registerAnswer = z.union([
  userAnswer,
  z
    .strictObject({ status: z.literal('verification_required') })
    .meta({ id: 'VerificationRequired', title: 'The address is to be proven first' }),
]);

export type WireRegistration = z.infer<typeof registerAnswer>;

export const languageHeaders = z.object({
  'accept-language': z.string().max(16_384).optional().describe('Chooses the language of messages'),
});

export const registerInput = z.strictObject({
  email: emailText,
  password: passwordText,
  username: usernameText.optional(),
  name: nameText.optional(),
  invite: linkToken.optional().describe('Out of a mailed invitation, which is good for its own address'),
});

export const changeProfileInput = z.strictObject({
  username: usernameText.nullable().optional().describe('Null removes it'),
  name: nameText.nullable().optional().describe('Null removes it'),
  language: languageName.optional().describe('Of messages to you, such as `de`'),
});

export const deleteAccountInput = z.strictObject({ password: passwordText });
