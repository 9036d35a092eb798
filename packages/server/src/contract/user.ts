import { z } from 'zod';
import { emailText, epochSeconds, idText, nameText, passwordText, toSeconds, usernameText } from './text.ts';

export interface WireUser {
  id: string;
  email: string;
  username: string | null;
  name: string | null;
  roles: string[];
  permissions: string[];
  created_at: number;
}

export const userObject: z.ZodType<WireUser> = z
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

export function toUser(user: UserFacts): WireUser {
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

export const userAnswer: z.ZodType<{ user: WireUser }> = z.strictObject({ user: userObject });

export const registerInput: z.ZodType<{
  email: string;
  password: string;
  username?: string | undefined;
  name?: string | undefined;
}> = z.strictObject({
  email: emailText,
  password: passwordText,
  username: usernameText.optional(),
  name: nameText.optional(),
});

export const changeProfileInput: z.ZodType<{
  username?: string | null | undefined;
  name?: string | null | undefined;
}> = z.strictObject({
  username: usernameText.nullable().optional().describe('Null removes it'),
  name: nameText.nullable().optional().describe('Null removes it'),
});

export const deleteAccountInput: z.ZodType<{ password: string }> = z.strictObject({ password: passwordText });
