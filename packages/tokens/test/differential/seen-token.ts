/** A token as a lenient reader sees it; for explaining why two verifiers disagree. */
export interface SeenToken {
  readonly text: string;
  readonly segments: readonly string[];
  readonly headerText: string;
  readonly payloadText: string;
  readonly header: SeenObject;
  readonly claims: SeenObject;
}

export type SeenObject = ReadonlyMap<string, unknown>;

export function seeToken(text: string): SeenToken {
  const segments = text.split('.');
  const [headerText = '', payloadText = ''] = segments.map((part) =>
    Buffer.from(part, 'base64url').toString(),
  );
  return {
    text,
    segments,
    headerText,
    payloadText,
    header: seeObject(headerText),
    claims: seeObject(payloadText),
  };
}

export function seeObject(text: string): SeenObject {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}

/** Whether any object in a JSON text names a member twice; the text has to be JSON. */
export function hasDuplicates(text: string): boolean {
  const open: Set<unknown>[] = [];
  const tokens = text.match(/"(?:\\.|[^"\\])*"\s*:?|[{}]/g) ?? [];
  for (const token of tokens) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token.endsWith(':')) {
      const name: unknown = JSON.parse(token.replace(/\s*:$/, ''));
      if (open.at(-1)?.has(name) === true) return true;
      open.at(-1)?.add(name);
    }
  }
  return false;
}

export function hasLoneSurrogate(text: string): boolean {
  return (text.match(/"(?:\\.|[^"\\])*"/g) ?? []).some((part) => !String(JSON.parse(part)).isWellFormed());
}

/** Nesting of a JSON text, brackets inside strings left out. */
export function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const mark of text.replace(/"(?:\\.|[^"\\])*"/g, '').match(/[[\]{}]/g) ?? []) {
    depth += mark === '[' || mark === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
