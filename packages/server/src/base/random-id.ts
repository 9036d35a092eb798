import { randomFillSync } from 'node:crypto';

const idBytes = 16;
/** Random bytes for the next ids, asked for together: one call costs as much as twenty ids. */
const pool = Buffer.allocUnsafeSlow(256 * idBytes);
let at = pool.length;

/** 128 random bits as 22 base64url characters: the form of every id that Countersign makes. */
export function randomId(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const id = pool.toString('base64url', at, at + idBytes);
  // What became an id is in no later dump of the pool.
  pool.fill(0, at, at + idBytes);
  at += idBytes;
  return id;
}

const idForm = /^[A-Za-z0-9_-]{22}$/;

/** Whether a text has the form of an id. Does NOT say that anything of that id exists. */
export function isRandomId(text: string): boolean {
  return idForm.test(text);
}
