import { decodeUnverified, TokenError, type TokenErrorCode } from '@countersign/tokens';
import { type Finding, refused } from './finding.ts';

export type Members = Readonly<Record<string, unknown>>;

/** A token as far as it can be read, with every fault of its form. Nothing in it is verified. */
export interface LooseToken {
  readonly kind: 'signed' | 'encrypted' | 'neither';
  readonly token: string;
  readonly segments: readonly string[];
  readonly header: Members | undefined;
  /** Undefined where they cannot be read, and in an encrypted token. */
  readonly claims: Members | undefined;
  readonly faults: readonly Finding[];
}

const maxSignedLength = 16_384;
const maxEncryptedLength = 262_144;

/** Reads also what a verifier refuses for its spelling, to show it and to say why. Never throws. */
export function readLoosely(token: string): LooseToken {
  const segments = token.split('.');
  const kind = segments.length === 3 ? 'signed' : segments.length === 5 ? 'encrypted' : 'neither';
  if (kind === 'neither') {
    return {
      kind,
      token,
      segments,
      header: undefined,
      claims: undefined,
      faults: [judgeCount(token, segments)],
    };
  }
  const [head = '', payload = ''] = segments;
  const isSigned = kind === 'signed';
  const faults = [
    ...judgeLength(token, isSigned ? maxSignedLength : maxEncryptedLength),
    ...segments.flatMap((segment, index) => judgeSpelling(segment, `part ${index + 1}`)),
  ];
  const isSpelt = (segment: string): boolean => judgeSpelling(segment, '').length === 0;
  const header = readObject(head);
  const claims = isSigned ? readObject(payload) : undefined;
  if (isSpelt(head)) faults.push(...judgeObject('header', `${head}.e30.`));
  if (isSigned && isSpelt(payload)) faults.push(...judgeObject('payload', `e30.${payload}.`));
  return { kind, token, segments, header, claims, faults };
}

function judgeCount(token: string, segments: readonly string[]): Finding {
  if (token.trimStart().startsWith('{'))
    return refused(
      'malformed',
      'RFC 7519 §1',
      'this is JSON: a JWT has the compact form, three or five parts with dots between',
    );
  const count = segments.length === 1 ? 'there is no dot' : `there are ${segments.length} parts`;
  return refused(
    'malformed',
    'RFC 7515 §7.1, RFC 7516 §7.1',
    `${count}: a signed token has three parts with dots between, an encrypted one five`,
  );
}

function judgeLength(token: string, limit: number): Finding[] {
  if (token.length <= limit) return [];
  return [
    refused(
      'too_large',
      'a limit of this verifier (maxTokenBytes), of no RFC',
      `it has ${token.length} characters, more than ${limit}`,
    ),
  ];
}

/** Everything that the decoder of Node forgives. */
function judgeSpelling(segment: string, where: string): Finding[] {
  const fault = (says: string, clause = 'RFC 7515 §2'): Finding[] => [
    refused('malformed', clause, `${where} ${says}`),
  ];
  if (/\s/.test(segment)) return fault('holds white space or a line break');
  if (segment.includes('=')) return fault('is padded with "=", which base64url in tokens never is');
  if (/[+/]/.test(segment)) return fault('is base64: "+" and "/" are "-" and "_" in base64url');
  if (/[^A-Za-z0-9_-]/.test(segment)) return fault('holds characters that are not base64url');
  if (segment.length % 4 === 1) return fault('is cut short: base64url never has this length');
  if (Buffer.from(segment, 'base64url').toString('base64url') !== segment)
    return fault(
      'has bits behind its last byte, so that one token could be written in several ways',
      'RFC 4648 §3.5',
    );
  return [];
}

/** By the strict reader of the library, which is asked for one of the two parts at a time. */
function judgeObject(part: 'header' | 'payload', token: string): Finding[] {
  const code: TokenErrorCode = part === 'header' ? 'malformed' : 'claims_invalid';
  if (token.length > maxSignedLength) return [];
  try {
    decodeUnverified(token);
    return [];
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const [segment = ''] = token.split('.').filter((text) => text !== 'e30');
    const isReadable = readObject(segment) !== undefined;
    const [clause, says] = isReadable
      ? [
          part === 'header' ? 'RFC 7515 §4' : 'RFC 7519 §4',
          `the ${part} has a member twice, an unpaired surrogate, or nests too deep`,
        ]
      : [part === 'header' ? 'RFC 7515 §5.2' : 'RFC 7519 §7.2', `the ${part} is not a JSON object in UTF-8`];
    return [refused(code, clause, says)];
  }
}

function readObject(segment: string): Members | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(segment, 'base64url'),
    );
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
