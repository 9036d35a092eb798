import type { Account } from '../../flows/admin/account.ts';
import { writeTable } from '../write-table.ts';

export function writeUsers(users: readonly Account[]): string {
  return writeTable(
    ['id', 'e-mail', 'user name', 'name', 'roles', 'state', 'created'],
    users.map((user) => [
      user.id,
      user.email,
      user.username ?? '-',
      user.name ?? '-',
      user.roles.join(' ') || '-',
      user.disabledAtMs === null ? 'active' : 'disabled',
      new Date(user.createdAtMs).toISOString().slice(0, 10),
    ]),
  );
}

/** One user, in the words of the API. */
export function userAsJson(user: Account): Readonly<Record<string, unknown>> {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    name: user.name,
    roles: user.roles,
    created_at: new Date(user.createdAtMs).toISOString(),
    disabled_at: user.disabledAtMs === null ? null : new Date(user.disabledAtMs).toISOString(),
  };
}
