import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  bitsOf,
  falsePositiveRate,
  type FilterSize,
  sizeFilter,
  writeFilterHeader,
} from './breach-filter.ts';

export interface BuiltFilter extends FilterSize {
  readonly fileBytes: number;
  readonly falsePositiveRate: number;
}

/** As the well-known lists write a line: SHA-1 in hexadecimal, and how often it was seen. */
const listLine = /^([0-9A-Fa-f]{40})(?::\d+)?$/;

/**
 * Makes a filter of a list, one entry a line: `SHA-1:count` or passwords as
 * they are. Reads the list twice, to count and to fill; holds the filter in
 * memory, and neither the list nor any line. The file appears when it is whole.
 */
export async function buildBreachFilter(from: string, to: string): Promise<BuiltFilter> {
  let entries = 0;
  await readDigests(from, () => {
    entries += 1;
  });
  const size = sizeFilter(entries);
  const filter = new Uint8Array(size.filterBytes);
  await readDigests(from, (digest) => {
    for (const bit of bitsOf(digest, size)) {
      const index = Math.floor(bit / 8);
      filter[index] = (filter[index] ?? 0) | (1 << (bit % 8));
    }
  });
  const header = writeFilterHeader(size, filter);
  await writeWhole(to, [header, filter]);
  return { ...size, fileBytes: header.length + filter.length, falsePositiveRate: falsePositiveRate(size) };
}

async function readDigests(path: string, visit: (digest: Uint8Array) => void): Promise<void> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line === '') continue;
    const digest = listLine.exec(line)?.[1];
    visit(digest === undefined ? hash('sha1', line, 'buffer') : Buffer.from(digest, 'hex'));
  }
}

async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    const file = await open(unfinished, 'w', 0o644);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
