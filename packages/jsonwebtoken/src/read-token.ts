/** A compact token taken apart; nothing of it is verified. */
export interface ReadToken {
  readonly headerSegment: string;
  readonly payloadSegment: string;
  /** Base64url; empty for an unsigned token. */
  readonly signature: string;
  readonly text: string;
  /** How much of the text the signature is over. */
  readonly inputLength: number;
}

const form = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Take a token apart, or return undefined when it is not three segments of base64url letters. */
export function readToken(text: string): ReadToken | undefined {
  if (!form.test(text)) return undefined;
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  return {
    headerSegment: text.slice(0, first),
    payloadSegment: text.slice(first + 1, second),
    signature: text.slice(second + 1),
    text,
    inputLength: second,
  };
}

/** Any JSON value that is true in a condition, as in the original; undefined for the others. */
export function readHeader(segment: string): unknown {
  try {
    // Latin-1, as the original reads and writes headers.
    return JSON.parse(Buffer.from(segment, 'base64url').toString('latin1')) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * The payload: JSON where the header says `typ: JWT` or `isJson`, else JSON
 * when it happens to be an object, else text.
 *
 * @throws SyntaxError when it must be JSON and is not
 */
export function readPayload(segment: string, isJson: boolean): unknown {
  const text = Buffer.from(segment, 'base64url').toString();
  const payload: unknown = isJson ? JSON.parse(text) : text;
  return typeof payload === 'string' ? (findObject(payload) ?? payload) : payload;
}

function findObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
