/**
 * Where a page of a list ended. A cursor names a key of the list and nothing
 * else, so it carries no authority: whoever makes one up gets a page that he
 * may read anyway. It is read back only in the exact form that was given out.
 */
export type PageKey = TimeKey | SequenceKey | NameKey;

/** Lists by time of creation, newest first; the id decides between equal times. */
export interface TimeKey {
  readonly kind: 'time';
  readonly atMs: number;
  readonly id: string;
}

export interface SequenceKey {
  readonly kind: 'sequence';
  readonly seq: number;
}

export interface NameKey {
  readonly kind: 'name';
  readonly name: string;
}

const forms = {
  time: /^t([0-9]{1,15})\.([A-Za-z0-9_-]{1,64})$/,
  // Numbers of the feed are times in microseconds: 16 digits until the year 2255, where exact ones end.
  sequence: /^s([0-9]{1,16})$/,
  name: /^n([a-z0-9_-]{1,64})$/,
};

/** Longer texts cannot be cursors. */
export const maxCursorLength = 120;

/** @returns at most 120 base64url characters */
export function writeCursor(key: PageKey): string {
  return Buffer.from(textOf(key)).toString('base64url');
}

function textOf(key: PageKey): string {
  if (key.kind === 'time') return `t${key.atMs}.${key.id}`;
  return key.kind === 'sequence' ? `s${key.seq}` : `n${key.name}`;
}

/** @returns undefined for everything that `writeCursor` would not have written */
export function readTimeCursor(cursor: string): TimeKey | undefined {
  const [, atMs, id] = forms.time.exec(textIn(cursor)) ?? [];
  if (atMs === undefined || id === undefined) return undefined;
  return asWritten(cursor, { kind: 'time', atMs: Number(atMs), id });
}

export function readSequenceCursor(cursor: string): SequenceKey | undefined {
  const seq = forms.sequence.exec(textIn(cursor))?.[1];
  return seq === undefined ? undefined : asWritten(cursor, { kind: 'sequence', seq: Number(seq) });
}

export function readNameCursor(cursor: string): NameKey | undefined {
  const name = forms.name.exec(textIn(cursor))?.[1];
  return name === undefined ? undefined : asWritten(cursor, { kind: 'name', name });
}

function textIn(cursor: string): string {
  return cursor.length > maxCursorLength ? '' : Buffer.from(cursor, 'base64url').toString('latin1');
}

function asWritten<Key extends PageKey>(cursor: string, key: Key): Key | undefined {
  return writeCursor(key) === cursor ? key : undefined;
}
