import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSettingFile } from './setting-file.ts';

export type MasterKeyFile =
  | { readonly kind: 'read' | 'made'; readonly text: string; readonly path: string }
  | { readonly kind: 'refused'; readonly message: string };

/** Where development keeps the key that it made for itself. */
export function developmentKeyPath(directory: string): string {
  return join(directory, 'data', 'master.key');
}

/**
 * The key of a development folder, made on the first call.
 *
 * A folder with a database but without its key is refused: under a new
 * key the database's signing keys would not open and everybody would be signed out.
 *
 * @param databaseFile  absolute path
 * @returns 32 random bytes in base64url, in a file that only its owner can read
 */
export function findOrMakeMasterKey(directory: string, databaseFile: string): MasterKeyFile {
  const path = developmentKeyPath(directory);
  if (existsSync(path)) return readKey(path);
  if (existsSync(databaseFile)) {
    return {
      kind: 'refused',
      message: `is not set and ${path} is missing, but its database is there; put the key back, or move the database away`,
    };
  }
  makeKey(path);
  const made = readKey(path);
  return made.kind === 'refused' ? made : { ...made, kind: 'made' };
}

function readKey(path: string): MasterKeyFile {
  const file = readSettingFile(dirname(path), path);
  return file.kind === 'read' ? file : { kind: 'refused', message: `is kept in a file: it ${file.message}` };
}

/** Written whole under another name first; of two processes at once, one name wins. */
function makeKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    unlinkSync(draft);
  }
}
