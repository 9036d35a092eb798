import { pageAnswer, pageQuery, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import {
  changeRoleInput,
  createRoleInput,
  roleAnswer,
  roleObject,
  roleParams,
  toWireRole,
} from '../../contract/admin/roles.ts';
import { changeRole } from '../../flows/admin/change-role.ts';
import { createRole } from '../../flows/admin/create-role.ts';
import { deleteRole } from '../../flows/admin/delete-role.ts';
import { listRoles } from '../../flows/admin/list-roles.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

const tag = 'Administration: roles';

export const adminRoleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/admin/roles',
    tag,
    summary: 'List roles by name',
    who: may('roles:read'),
    limits: [],
    input: { query: pageQuery },
    output: { status: 200, body: pageAnswer(roleObject) },
    refusals: [],
    async answer(house, { query }) {
      return { body: toWirePage(await listRoles(house, readPageQuery(query)), toWireRole) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/roles',
    tag,
    summary: 'Create a role',
    who: may('roles:write'),
    limits: [],
    input: { body: createRoleInput },
    output: { status: 201, body: roleAnswer },
    refusals: ['role_taken', 'role_not_grantable'],
    async answer(house, { caller, body, source }) {
      const role = await createRole(house, { ...body, actor: actorOf(caller) }, source);
      return { body: { role: toWireRole(role) } };
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/admin/roles/{name}',
    tag,
    summary: 'Change a role',
    description:
      'Other permissions count at once for everybody who holds the role. You must hold what it permits ' +
      'before and after. The role `admin` never changes.',
    who: may('roles:write'),
    limits: [],
    input: { params: roleParams, body: changeRoleInput },
    output: { status: 200, body: roleAnswer },
    refusals: ['not_found', 'role_in_use', 'role_not_grantable', 'conflict'],
    async answer(house, { caller, params, body, source }) {
      const input = { actor: actorOf(caller), name: params.name, change: body };
      return { body: { role: toWireRole(await changeRole(house, input, source)) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/roles/{name}',
    tag,
    summary: 'Remove a role that nobody holds',
    who: may('roles:write'),
    limits: [],
    input: { params: roleParams },
    output: { status: 204 },
    refusals: ['not_found', 'role_in_use', 'role_not_grantable'],
    async answer(house, { caller, params, source }) {
      await deleteRole(house, { actor: actorOf(caller), name: params.name }, source);
      return { body: undefined };
    },
  }),
];
