import type { Argon2Parameters } from '../base/house.ts';

/** What a PHC string of Argon2id says. */
export interface PasswordHash extends Argon2Parameters {
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/** Whoever can write into the table must not be able to make a log-in take all memory: A-134. */
const ceiling = { memoryKib: 262_144, passes: 32, parallelism: 16, saltBytes: 64, tagBytes: 64 };
const floor = { memoryKib: 8, saltBytes: 8, tagBytes: 16 };
const phcForm =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,2}),p=([1-9]\d{0,1})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** `$argon2id$v=19$m=…,t=…,p=…$salt$tag`, base64 without padding. */
export function writePasswordHash(hash: PasswordHash): string {
  const parameters = `m=${hash.memoryKib},t=${hash.passes},p=${hash.parallelism}`;
  return `$argon2id$v=19$${parameters}$${encode(hash.salt)}$${encode(hash.tag)}`;
}

/**
 * @param today  what the settings ask for may be above the ceilings
 * @returns undefined for anything but one canonical Argon2id string within the ceilings
 */
export function readPasswordHash(phc: string, today: Argon2Parameters): PasswordHash | undefined {
  const [, memory, passes, parallelism, saltText, tagText] = phcForm.exec(phc) ?? [];
  if (saltText === undefined || tagText === undefined) return undefined;
  const hash = {
    memoryKib: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(saltText, 'base64'),
    tag: Buffer.from(tagText, 'base64'),
  };
  const isCanonical = encode(hash.salt) === saltText && encode(hash.tag) === tagText;
  return isCanonical && isWithinBounds(hash, today) ? hash : undefined;
}

function isWithinBounds(hash: PasswordHash, today: Argon2Parameters): boolean {
  return (
    hash.memoryKib >= floor.memoryKib * hash.parallelism &&
    hash.memoryKib <= Math.max(ceiling.memoryKib, today.memoryKib) &&
    hash.passes <= Math.max(ceiling.passes, today.passes) &&
    hash.parallelism <= Math.max(ceiling.parallelism, today.parallelism) &&
    isBetween(hash.salt.length, floor.saltBytes, ceiling.saltBytes) &&
    isBetween(hash.tag.length, floor.tagBytes, ceiling.tagBytes)
  );
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
