import {
  accountAnswer,
  accountListQuery,
  accountObject,
  accountParams,
  changeAccountInput,
  createAccountInput,
  setPasswordInput,
  toWireAccount,
} from '../../contract/admin/accounts.ts';
import { pageAnswer, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import { readAccount } from '../../flows/admin/account.ts';
import { changeUser } from '../../flows/admin/change-user.ts';
import { createUser } from '../../flows/admin/create-user.ts';
import { deleteUser } from '../../flows/admin/delete-user.ts';
import { listUsers } from '../../flows/admin/list-users.ts';
import { logOutUser } from '../../flows/admin/log-out-user.ts';
import { resetFactors } from '../../flows/admin/reset-factors.ts';
import { setPassword } from '../../flows/admin/set-password.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

const tag = 'Administration: users';

export const adminUserRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/admin/users',
    tag,
    summary: 'List users, newest first',
    who: may('users:read'),
    limits: [],
    input: { query: accountListQuery },
    output: { status: 200, body: pageAnswer(accountObject) },
    refusals: [],
    async answer(house, { query }) {
      const page = await listUsers(house, { ...readPageQuery(query), search: query.search });
      return { body: toWirePage(page, toWireAccount) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/users',
    tag,
    summary: 'Create a user',
    description: 'Works also while registration is closed.',
    who: may('users:write'),
    limits: [],
    input: { body: createAccountInput },
    output: { status: 201, body: accountAnswer },
    refusals: [
      'email_taken',
      'username_taken',
      'unknown_role',
      'role_not_grantable',
      'password_too_short',
      'password_too_long',
      'password_too_common',
      'password_breached',
      'overloaded',
    ],
    async answer(house, { caller, body, source }) {
      const account = await createUser(house, { ...body, actor: actorOf(caller) }, source);
      return { body: { user: toWireAccount(account) } };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/admin/users/{id}',
    tag,
    summary: 'Read a user',
    who: may('users:read'),
    limits: [],
    input: { params: accountParams },
    output: { status: 200, body: accountAnswer },
    refusals: ['not_found'],
    async answer(house, { params }) {
      return { body: { user: toWireAccount(await readAccount(house, params.id)) } };
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/admin/users/{id}',
    tag,
    summary: 'Change a user',
    description:
      'All or nothing. You must hold every permission of the user before and after. ' +
      'Disabling ends the user’s sessions and tokens; other roles count at once.',
    who: may('users:write'),
    limits: [],
    input: { params: accountParams, body: changeAccountInput },
    output: { status: 200, body: accountAnswer },
    refusals: [
      'not_found',
      'email_taken',
      'username_taken',
      'unknown_role',
      'role_not_grantable',
      'last_administrator',
      'conflict',
      'insufficient_user_authentication',
    ],
    async answer(house, { caller, params, body, source }) {
      const input = { actor: actorOf(caller), userId: params.id, change: body };
      return { body: { user: toWireAccount(await changeUser(house, input, source)) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/users/{id}',
    tag,
    summary: 'Delete a user for good',
    description: 'With password, roles and sessions; tokens end at once. The id is never used again.',
    who: may('users:delete'),
    limits: [],
    input: { params: accountParams },
    output: { status: 204 },
    refusals: ['not_found', 'role_not_grantable', 'last_administrator'],
    async answer(house, { caller, params, source }) {
      await deleteUser(house, { actor: actorOf(caller), userId: params.id }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/users/{id}/logout',
    tag,
    summary: 'End all sessions and tokens of a user',
    who: may('users:write'),
    limits: [],
    input: { params: accountParams },
    output: { status: 204 },
    refusals: ['not_found', 'role_not_grantable'],
    async answer(house, { caller, params, source }) {
      await logOutUser(house, { actor: actorOf(caller), userId: params.id }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/users/{id}/password',
    tag,
    summary: 'Set the password of a user',
    description: 'Ends all sessions and tokens of the user. Needs a recent sign-in of yours.',
    who: may('users:write'),
    limits: [],
    input: { params: accountParams, body: setPasswordInput },
    output: { status: 204 },
    refusals: [
      'not_found',
      'role_not_grantable',
      'password_too_short',
      'password_too_long',
      'password_too_common',
      'password_breached',
      'insufficient_user_authentication',
      'overloaded',
    ],
    async answer(house, { caller, params, body, source }) {
      const input = { actor: actorOf(caller), userId: params.id, newPassword: body.new_password };
      await setPassword(house, input, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/users/{id}/factors',
    tag,
    summary: 'Take second factors and passkeys from a user who lost them',
    description:
      'Ends all sessions and tokens of the user, who is told by mail. Needs a recent sign-in of yours, of two factors where you have two. Nobody can give a user a factor.',
    who: may('users:write'),
    limits: [],
    input: { params: accountParams },
    output: { status: 204 },
    refusals: ['not_found', 'role_not_grantable', 'insufficient_user_authentication'],
    async answer(house, { caller, params, source }) {
      await resetFactors(house, { actor: actorOf(caller), userId: params.id }, source);
      return { body: undefined };
    },
  }),
];
