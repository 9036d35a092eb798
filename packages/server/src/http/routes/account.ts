import { changePasswordInput, signedInAnswer } from '../../contract/sign-in.ts';
import { changeProfileInput, deleteAccountInput, toWireUser, userAnswer } from '../../contract/user.ts';
import { changePassword } from '../../flows/change-password.ts';
import { changeProfile } from '../../flows/change-profile.ts';
import { deleteAccount } from '../../flows/delete-account.ts';
import { readProfile } from '../../flows/read-profile.ts';
import { type Route, route } from '../route.ts';
import { signedIn } from '../who.ts';
import { answerSignedIn, dropCookie } from './sign-in.ts';

const tag = 'Your account';

export const accountRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/me',
    tag,
    summary: 'Read your account',
    description: 'As the database has it now, which may be newer than your access token.',
    who: signedIn,
    limits: [],
    output: { status: 200, body: userAnswer },
    refusals: [],
    async answer(house, { caller }) {
      return { body: { user: toWireUser(await readProfile(house, caller)) } };
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/me',
    tag,
    summary: 'Change your user name or name',
    who: signedIn,
    limits: ['profile by account'],
    input: { body: changeProfileInput },
    output: { status: 200, body: userAnswer },
    refusals: ['username_taken'],
    async answer(house, { caller, body, source }) {
      return { body: { user: toWireUser(await changeProfile(house, { caller, ...body }, source)) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/me',
    tag,
    summary: 'Delete your account for good',
    who: signedIn,
    limits: [],
    input: { body: deleteAccountInput },
    output: { status: 204 },
    refusals: ['invalid_credentials', 'last_administrator', 'conflict', 'password_too_long', 'overloaded'],
    async answer(house, { caller, body, cookie, source }) {
      await deleteAccount(house, { caller, password: body.password }, source);
      return { body: undefined, cookies: dropCookie(cookie) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/password',
    tag,
    summary: 'Change your password',
    description: 'Ends every session and every token of yours, and answers with a new session.',
    who: signedIn,
    limits: [],
    input: { body: changePasswordInput },
    output: { status: 200, body: signedInAnswer },
    refusals: [
      'invalid_credentials',
      'password_too_short',
      'password_too_long',
      'password_too_common',
      'password_breached',
      'conflict',
      'foreign_origin',
      'overloaded',
    ],
    async answer(house, { caller, body, cookie, source }) {
      const storage = body.storage ?? (cookie.has('refresh') ? 'cookie' : 'body');
      if (storage === 'cookie') cookie.checkSameOrigin();
      const { current_password: currentPassword, new_password: newPassword } = body;
      return answerSignedIn(
        await changePassword(house, { caller, currentPassword, newPassword }, source),
        storage,
      );
    },
  }),
];
