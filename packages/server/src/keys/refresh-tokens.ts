import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeBase64url, encodeBase64url, TokenError } from '@countersign/tokens';
import type { Now } from '../base/clock.ts';
import type { PresentedRefreshToken, RefreshTokens, Store } from '../base/house.ts';
import type { RefreshKeyRow, RefreshKeyStatements } from '../base/key-rows.ts';
import type { Seal } from '../base/seal.ts';
import { StartRefusal } from '../base/start-refusal.ts';

export interface RefreshTokenParts {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly seal: Seal;
  readonly statements: RefreshKeyStatements;
  readonly now: Now;
}

const prefix = 'cs_rt_';
const idBytes = 16;
const counterAt = 1 + idBytes;
const macAt = counterAt + 4;
const macBytes = 32;
const tokenBytes = macAt + macBytes;
/** Without padding, 53 bytes are 71 characters. */
const tokenCharacters = Math.ceil((tokenBytes * 8) / 6);
const maxCounter = 0xffff_ffff;
/** One byte of the token. */
const maxVersion = 0xff;
/** The MAC key signs nothing else; the text keeps it so should another use come. */
const purpose = Buffer.from('countersign refresh token\0');

/**
 * Refresh tokens whose successor follows from the row: `cs_rt_` and the
 * base64url of `version u8 ‖ refresh id 16 B ‖ counter u32 ‖ HMAC-SHA-256 32 B`.
 *
 * A new database gets its first MAC key here; keys lie sealed in `refresh_keys`.
 * `read` proves that this house made the token. It does NOT say that the
 * session lives or that the counter is the current one: the database does.
 *
 * @throws StartRefusal when the master key does not open the keys of this database; nothing is created then
 */
export async function createRefreshTokens(parts: RefreshTokenParts): Promise<RefreshTokens> {
  let rows = await parts.store.read(parts.statements.readAll());
  if (rows.length === 0) {
    await parts.store.commit([parts.statements.insert(makeRow(1, parts))]);
    rows = await parts.store.read(parts.statements.readAll());
  }
  let keys = openRows(rows, parts.seal);
  const newest = (): number => Math.max(...keys.keys());
  return {
    get currentVersion() {
      return newest();
    },
    make(token) {
      const body = writeBody(token);
      const key = keys.get(token.version);
      if (key === undefined) throw new TypeError('there is no refresh key of this version');
      return prefix + encodeBase64url(Buffer.concat([body, macOf(key, body)]));
    },
    read(text) {
      const bytes = readBytes(text);
      const key = keys.get(bytes?.[0] ?? -1);
      if (bytes === undefined || key === undefined) return undefined;
      const isOurs = timingSafeEqual(bytes.subarray(macAt), macOf(key, bytes.subarray(0, macAt)));
      return isOurs ? readBody(bytes) : undefined;
    },
    planReplacement() {
      const row = makeRow(newest() + 1, parts);
      return [parts.statements.insert(row), parts.statements.deleteBefore(row.version)];
    },
    async reload() {
      const found = await parts.store.read(parts.statements.readAll());
      if (found.length === 0) throw new Error('the refresh keys are gone from the database');
      keys = openRows(found, parts.seal);
    },
  };
}

function makeRow(version: number, { seal, now }: RefreshTokenParts): RefreshKeyRow {
  if (version > maxVersion) throw new Error('there is no number left for another refresh key');
  return { version, sealedKey: seal.close(randomBytes(macBytes), placeOf(version)), createdAtMs: now() };
}

function openRows(rows: readonly RefreshKeyRow[], seal: Seal): ReadonlyMap<number, KeyObject> {
  return new Map(rows.map((row) => [row.version, openRow(row, seal)]));
}

/** As a key object: from bytes, Node makes one for every MAC, which takes six times as long as the MAC. */
function openRow(row: RefreshKeyRow, seal: Seal): KeyObject {
  try {
    return createSecretKey(seal.open(row.sealedKey, placeOf(row.version)));
  } catch (error) {
    throw new StartRefusal(
      `COUNTERSIGN_MASTER_KEY does not open the refresh keys of this database (version ${row.version}). Start with the master key that the database was made with.`,
      { cause: error },
    );
  }
}

function placeOf(version: number): string {
  return `refresh_keys/${version}`;
}

function macOf(key: KeyObject, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(purpose).update(body).digest();
}

function writeBody({ version, refreshId, counter }: PresentedRefreshToken): Buffer {
  if (!Number.isInteger(counter) || counter < 0 || counter > maxCounter) {
    throw new TypeError('the counter of a refresh token is an unsigned 32-bit number');
  }
  const id = decodeBase64url(refreshId);
  if (id.length !== idBytes) throw new TypeError('a refresh id has 16 bytes');
  const body = Buffer.alloc(macAt);
  body.writeUInt8(version, 0);
  id.copy(body, 1);
  body.writeUInt32BE(counter, counterAt);
  return body;
}

function readBytes(text: string): Buffer | undefined {
  if (text.length !== prefix.length + tokenCharacters || !text.startsWith(prefix)) return undefined;
  try {
    return decodeBase64url(text.slice(prefix.length));
  } catch (error) {
    if (error instanceof TokenError) return undefined;
    throw error;
  }
}

function readBody(bytes: Buffer): PresentedRefreshToken {
  return {
    version: bytes.readUInt8(0),
    refreshId: encodeBase64url(bytes.subarray(1, counterAt)),
    counter: bytes.readUInt32BE(counterAt),
  };
}
