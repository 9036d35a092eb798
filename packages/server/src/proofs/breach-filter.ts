import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StartRefusal } from '../base/start-refusal.ts';

/**
 * A Bloom filter over SHA-1 digests of passwords, as a file.
 *
 * | bytes | content                                    |
 * | ----- | ------------------------------------------ |
 * | 8     | `CSBLOOM1`                                 |
 * | 8     | number of entries, big-endian              |
 * | 8     | bytes of the filter, big-endian            |
 * | 4     | bits for each entry (k), big-endian        |
 * | 4     | zero                                       |
 * | 32    | SHA-256 of the 32 bytes above and the filter |
 * | …     | the filter                                 |
 *
 * Bit i of an entry, of k, is (a + i·b) modulo the number of bits, where a and
 * b are the first and the second eight bytes of the digest.
 */
const magic = Buffer.from('CSBLOOM1');
const fieldBytes = 32;
const checksumBytes = 32;
const filterHeaderBytes = fieldBytes + checksumBytes;

/** One good password in ten thousand is refused by mistake. */
const wantedRate = 1e-4;
/** More than all that ever leaked; keeps a damaged header from asking for the whole disk. */
const maxFilterBytes = 2 ** 40;
const maxBitsOfEntry = 64;

export interface FilterSize {
  readonly entries: number;
  readonly filterBytes: number;
  readonly bitsOfEntry: number;
}

export interface BreachFilter {
  /** @param digest SHA-1, 20 bytes */
  has(digest: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

/** The size for so many entries at one mistake in ten thousand. */
export function sizeFilter(entries: number): FilterSize {
  const bits = Math.ceil((-Math.max(1, entries) * Math.log(wantedRate)) / Math.LN2 ** 2);
  return { entries, filterBytes: Math.ceil(bits / 8), bitsOfEntry: Math.round(-Math.log2(wantedRate)) };
}

/** How often a password that is not in it is found in it. */
export function falsePositiveRate({ entries, filterBytes, bitsOfEntry }: FilterSize): number {
  return (1 - Math.exp((-bitsOfEntry * entries) / (filterBytes * 8))) ** bitsOfEntry;
}

export function* bitsOf(digest: Uint8Array, size: FilterSize): Generator<number> {
  const bytes = Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength);
  const bits = BigInt(size.filterBytes) * 8n;
  let at = bytes.readBigUInt64BE(0) % bits;
  const step = bytes.readBigUInt64BE(8) % bits;
  for (let index = 0; index < size.bitsOfEntry; index += 1) {
    yield Number(at);
    at = (at + step) % bits;
  }
}

/** What stands before the filter. */
export function writeFilterHeader(size: FilterSize, filter: Uint8Array): Buffer {
  const fields = Buffer.alloc(fieldBytes);
  magic.copy(fields);
  fields.writeBigUInt64BE(BigInt(size.entries), 8);
  fields.writeBigUInt64BE(BigInt(size.filterBytes), 16);
  fields.writeUInt32BE(size.bitsOfEntry, 24);
  return Buffer.concat([fields, createHash('sha256').update(fields).update(filter).digest()]);
}

/**
 * Opens a filter and checks all of it once; afterwards a few bytes are read
 * for each password, and the file is never in memory.
 *
 * @throws StartRefusal when it cannot be read, is something else or was damaged
 */
export async function openBreachFilter(path: string): Promise<BreachFilter> {
  const refuse = (what: string): StartRefusal =>
    new StartRefusal(
      `COUNTERSIGN_BREACHED_PASSWORDS_FILE: ${path} ${what}. Make it with: countersign passwords build-filter`,
    );
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw refuse(`cannot be read (${code})`);
  }
  try {
    const size = await checkWhole(file, path);
    if (size === undefined) throw refuse('is damaged, or no filter of breached passwords');
    return {
      has: (digest) => hasDigest(file, size, digest),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function checkWhole(file: FileHandle, path: string): Promise<FilterSize | undefined> {
  const header = Buffer.alloc(filterHeaderBytes);
  const { bytesRead } = await file.read(header, 0, header.length, 0);
  if (bytesRead !== header.length || !header.subarray(0, magic.length).equals(magic)) return undefined;
  const [entries, filterBytes] = [header.readBigUInt64BE(8), header.readBigUInt64BE(16)];
  const bitsOfEntry = header.readUInt32BE(24);
  const isSane = filterBytes > 0n && filterBytes <= maxFilterBytes && entries <= maxFilterBytes;
  if (!isSane || bitsOfEntry < 1 || bitsOfEntry > maxBitsOfEntry) return undefined;
  const { size: fileBytes } = await file.stat();
  if (BigInt(fileBytes) !== BigInt(filterHeaderBytes) + filterBytes) return undefined;
  const sum = createHash('sha256').update(header.subarray(0, fieldBytes));
  for await (const chunk of createReadStream(path, { start: filterHeaderBytes, highWaterMark: 1 << 20 })) {
    sum.update(chunk);
  }
  if (!sum.digest().equals(header.subarray(fieldBytes))) return undefined;
  return { entries: Number(entries), filterBytes: Number(filterBytes), bitsOfEntry };
}

async function hasDigest(file: FileHandle, size: FilterSize, digest: Uint8Array): Promise<boolean> {
  const byte = Buffer.alloc(1);
  for (const bit of bitsOf(digest, size)) {
    const { bytesRead } = await file.read(byte, 0, 1, filterHeaderBytes + Math.floor(bit / 8));
    if (bytesRead !== 1) throw new Error('the filter of breached passwords became shorter');
    if (((byte[0] ?? 0) & (1 << (bit % 8))) === 0) return false;
  }
  return true;
}
