import { corruptJson } from './corrupt-json.ts';
import { corruptBytes, corruptText } from './corrupt-text.ts';
import type { Random } from './random.ts';

/** A good token with what its mutations start from. */
export interface GoodToken {
  readonly text: string;
  readonly segments: readonly string[];
  readonly bytes: readonly Buffer[];
  /** The segments that hold JSON, in their place. */
  readonly objects: readonly (object | undefined)[];
}

export function readGoodToken(text: string): GoodToken {
  const segments = text.split('.');
  const bytes = segments.map((segment) => Buffer.from(segment, 'base64url'));
  return { text, segments, bytes, objects: bytes.map(findObject) };
}

function findObject(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

type TokenOperator = (token: GoodToken, random: Random) => string;

/** Those that keep the form, so that the signature or the tag decides, stand more than once. */
const operators: readonly TokenOperator[] = [
  flipInSegment,
  flipInSegment,
  flipInSegment,
  flipInSegment,
  rewriteObject,
  rewriteObject,
  rewriteObject,
  ({ text }, random) => corruptText(text, random),
  ({ text }, random) => corruptText(text, random),
  ({ text }, random) => corruptText(corruptText(text, random), random),
  ({ segments }, random) => segments.toSpliced(random.below(segments.length), 1).join('.'),
  ({ segments }, random) => segments.with(random.below(segments.length), '').join('.'),
  ({ segments }, random) => segments.toSpliced(random.below(5), 0, random.pick(segments)).join('.'),
  ({ segments }, random) => segments.with(random.below(segments.length), random.pick(segments)).join('.'),
  strayBits,
];

/** A token made of a good one, sometimes with a segment of another good one. */
export function corruptToken(tokens: readonly GoodToken[], random: Random): string {
  const token = random.pick(tokens);
  const kind = random.below(64);
  if (kind === 0) return token.text;
  if (kind > 4) return random.pick(operators)(token, random);
  const at = random.below(token.segments.length);
  return token.segments.with(at, random.pick(tokens).segments[at] ?? '').join('.');
}

function flipInSegment({ segments, bytes }: GoodToken, random: Random): string {
  const at = random.below(segments.length);
  const changed = corruptBytes(bytes[at] ?? Buffer.alloc(0), random);
  return segments.with(at, changed.toString('base64url')).join('.');
}

function rewriteObject({ segments, objects }: GoodToken, random: Random): string {
  const at = random.below(objects.findLastIndex((object) => object !== undefined) + 1);
  return segments.with(at, corruptJson(objects[at] ?? {}, random).toString('base64url')).join('.');
}

/** The last character of a segment with other bits in the part that carries none. */
function strayBits({ segments }: GoodToken, random: Random): string {
  const at = random.below(segments.length);
  const segment = segments[at] ?? '';
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[random.below(64)] ?? '';
  return segments.with(at, segment.slice(0, -1) + last).join('.');
}
