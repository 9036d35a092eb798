import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pngStart } from './page-settings.ts';

export type SettingFile =
  | { readonly kind: 'read'; readonly text: string; readonly path: string }
  | { readonly kind: 'failed'; readonly message: string };

const maxBytes = 65_536;
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** The content of a file without its final line break; of a picture in the form of PNG, its `data:` address. */
export function readSettingFile(directory: string, name: string): SettingFile {
  const path = resolve(directory, name);
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    return failed(`names a file that cannot be read (${errorCode(error)})`);
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) return failed('names a directory');
    if (stat.size > maxBytes) return failed(`names a file of more than ${maxBytes} bytes`);
    const bytes = readFileSync(descriptor);
    if (bytes.subarray(0, pngSignature.length).equals(pngSignature)) {
      return { kind: 'read', text: pngStart + bytes.toString('base64'), path };
    }
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    return text === '' ? failed('names an empty file') : { kind: 'read', text, path };
  } finally {
    closeSync(descriptor);
  }
}

/** Who besides the owner may touch a file with a secret in it. */
export type FileExposure = 'owner' | 'group may read' | 'others may touch';

/** `owner` on Windows, where modes say nothing. A file that is gone exposes nothing. */
export function findFileExposure(path: string): FileExposure {
  if (process.platform === 'win32') return 'owner';
  const mode = findMode(path);
  if ((mode & 0o027) !== 0) return 'others may touch';
  return (mode & 0o040) === 0 ? 'owner' : 'group may read';
}

function findMode(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return 0;
  }
  try {
    return fstatSync(descriptor).mode;
  } finally {
    closeSync(descriptor);
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function failed(message: string): SettingFile {
  return { kind: 'failed', message };
}
