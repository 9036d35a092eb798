import type { House } from '../../base/house.ts';
import { notOfForm, Refusal } from '../../base/refusal.ts';
import { isRoleName } from '../../rules/permissions.ts';
import { findRole, type RoleRow } from '../../store/roles.ts';
import { splitNames } from '../split-names.ts';

export interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  /** Was there from the first start, and cannot be removed. */
  readonly isBuiltIn: boolean;
  readonly createdAtMs: number;
}

export function toRole(row: RoleRow): Role {
  const { name, description, createdAtMs } = row;
  return {
    name,
    description,
    permissions: splitNames(row.permissions),
    isBuiltIn: row.builtIn === 1,
    createdAtMs,
  };
}

/** @throws Refusal `not_found` */
export async function readRole(house: House, name: string): Promise<Role> {
  const [row] = isRoleName(name) ? await house.store.read(findRole(name)) : [];
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such role' });
  return toRole(row);
}

const maxDescriptionCharacters = 200;
const controlCharacters = /\p{Cc}/u;

/** @throws Refusal `invalid_request` naming `description` */
export function checkDescription(text: string): string {
  const isFit =
    text.length <= maxDescriptionCharacters && text.isWellFormed() && !controlCharacters.test(text);
  if (isFit) return text;
  throw notOfForm('description', `takes at most ${maxDescriptionCharacters} characters on one line`);
}
