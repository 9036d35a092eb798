/** One small change of a source text that a test should notice. */
export interface Mutant {
  /** Relative to `src`. */
  readonly file: string;
  readonly line: number;
  /** The line it stands in, without the space around it. */
  readonly lineText: string;
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

export function applyMutant(text: string, { start, end, to }: Mutant): string {
  return text.slice(0, start) + to + text.slice(end);
}

export function showMutant({ file, line, from, to }: Mutant): string {
  const short = (text: string): string => {
    const flat = text.replace(/\s+/g, ' ');
    return flat.length > 70 ? `${flat.slice(0, 67)}…` : flat;
  };
  return `${file}:${line}  ${short(from)}  →  ${short(to) || '(nothing)'}`;
}
