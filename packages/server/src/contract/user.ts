import { z } from 'zod';
import { emailText, epochSeconds, idText, nameText, passwordText, toSeconds, usernameText } from './text.ts';

export const userObject = z
  .strictObject({
    id: idText,
    email: emailText,
    username: usernameText.nullable(),
    name: nameText.nullable(),
    roles: z.array(z.string()),
    permissions: z.array(z.string()),
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
    created_at: toSeconds(user.createdAtMs),
  };
}

export const userAnswer = z.strictObject({ user: userObject });

export const registerInput = z.strictObject({
  email: emailText,
  password: passwordText,
  username: usernameText.optional(),
  name: nameText.optional(),
});

export const changeProfileInput = z.strictObject({
  username: usernameText.nullable().optional().describe('Null removes it'),
  name: nameText.nullable().optional().describe('Null removes it'),
});

export const deleteAccountInput = z.strictObject({ password: passwordText });
