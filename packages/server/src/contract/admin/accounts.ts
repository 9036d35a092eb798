import { z } from 'zod';
import { maxRolesOfUser, roleNameForm } from '../../rules/permissions.ts';
import { emailText, epochSeconds, idText, nameText, passwordText, toSeconds, usernameText } from '../text.ts';
import { pageQueryMembers } from './page.ts';

export const accountObject = z
  .strictObject({
    id: idText,
    email: emailText,
    username: usernameText.nullable(),
    name: nameText.nullable(),
    roles: z.array(z.string()),
    disabled: z.boolean(),
    disabled_at: epochSeconds.nullable(),
    created_at: epochSeconds,
    updated_at: epochSeconds,
  })
  .meta({ id: 'Account', title: 'User, as administrators see it' });

export type WireAccount = z.infer<typeof accountObject>;

export const accountAnswer = z.strictObject({ user: accountObject });

export interface AccountFacts {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly disabledAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export function toWireAccount(account: AccountFacts): WireAccount {
  return {
    id: account.id,
    email: account.email,
    username: account.username,
    name: account.name,
    roles: [...account.roles],
    disabled: account.disabledAtMs !== null,
    disabled_at: account.disabledAtMs === null ? null : toSeconds(account.disabledAtMs),
    created_at: toSeconds(account.createdAtMs),
    updated_at: toSeconds(account.updatedAtMs),
  };
}

export const accountParams = z.strictObject({ id: idText });

export const accountListQuery = z.strictObject({
  ...pageQueryMembers,
  search: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .describe('Beginning of an e-mail address or user name, in any case; no wildcards'),
});

export const roleNames = z
  .array(z.string().regex(roleNameForm))
  .max(maxRolesOfUser)
  .describe('You must hold every permission that these roles carry');

export const createAccountInput = z.strictObject({
  email: emailText,
  password: passwordText.optional().describe('Without one, nobody can sign in until one is set'),
  username: usernameText.optional(),
  name: nameText.optional(),
  roles: roleNames.optional().describe('Default: the role that registration gives'),
});

export const changeAccountInput = z.strictObject({
  email: emailText.optional().describe('Another address needs a recent sign-in of yours'),
  username: usernameText.nullable().optional().describe('Null removes it'),
  name: nameText.nullable().optional().describe('Null removes it'),
  disabled: z.boolean().optional().describe('`true` ends all sessions and tokens of the user'),
  roles: roleNames.optional().describe('All roles that the user has afterwards'),
});

export const setPasswordInput = z.strictObject({
  new_password: passwordText,
});
