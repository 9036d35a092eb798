import { readDocument } from './documents.ts';

/** A row of docs/threats.md. */
export interface ThreatShown {
  readonly number: string;
  /** Of the tests that show it, from the root. */
  readonly files: readonly string[];
}

export interface ThreatLeft {
  readonly number: string;
  readonly why: string;
}

export function readThreatsShown(): readonly ThreatShown[] {
  return readRows('docs/threats.md').map(([number, , links]) => ({
    number,
    files: [...links.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file = '']) => file),
  }));
}

export function readThreatsLeft(): readonly ThreatLeft[] {
  return readRows('docs/threats-left.md').map(([number, , why]) => ({ number, why }));
}

function readRows(path: string): readonly (readonly [number: string, what: string, rest: string])[] {
  return [...readDocument(path).text.matchAll(/^\| (A-\d{3}) +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, number = '', what = '', rest = '']) => [number, what, rest],
  );
}
