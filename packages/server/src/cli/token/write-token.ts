import { paint, printable } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import { claimMeanings, encryptedHeaderMeanings, headerMeanings } from './claim-meanings.ts';
import type { Members } from './read-loosely.ts';
import { writeMembers } from './write-members.ts';

interface Parts {
  readonly header: Members;
  readonly claims: Members;
}

const ofHeader = {
  of: headerMeanings,
  other: 'not registered: unread by verifiers that do not know it (RFC 7515 §4.3)',
};
const ofEncrypted = { of: encryptedHeaderMeanings, other: ofHeader.other };
const ofClaims = { of: claimMeanings, other: 'the issuer’s own (RFC 7519 §4.3)' };

/** The parts of a signed token, a member a line, with what it means and times in words. */
export function writeToken(terminal: Terminal, token: string, { header, claims }: Parts): string {
  const [, , signature = ''] = token.split('.');
  return [
    paintSegments(terminal, token),
    '',
    paint(terminal, ['red', 'bold'], 'Header'),
    ...writeMembers(terminal, header, ofHeader),
    '',
    paint(terminal, ['magenta', 'bold'], 'Payload (readable by anyone who has the token)'),
    ...writeMembers(terminal, claims, ofClaims),
    '',
    paint(terminal, ['cyan', 'bold'], 'Signature'),
    `  ${countBytes(signature)} bytes over the header and the payload as they are written`,
  ].join('\n');
}

/** The same for an encrypted token, of which only the header can be read. */
export function writeEncryptedToken(terminal: Terminal, token: string, header: Members): string {
  const [, key = '', iv = '', content = '', tag = ''] = token.split('.');
  return [
    paintSegments(terminal, token),
    '',
    paint(terminal, ['red', 'bold'], 'Header (readable by anyone who has the token)'),
    ...writeMembers(terminal, header, ofEncrypted),
    '',
    paint(terminal, ['magenta', 'bold'], 'Encrypted content'),
    `  ${countBytes(content)} bytes, readable with the receiver’s key alone`,
    `  ${countBytes(key)} bytes of encrypted key, ${countBytes(iv)} of initialization vector, ${countBytes(tag)} of tag`,
  ].join('\n');
}

const colours = ['red', 'magenta', 'cyan', 'yellow', 'green'] as const;

function paintSegments(terminal: Terminal, token: string): string {
  return token
    .split('.')
    .map((segment, at) => paint(terminal, colours[at % colours.length] ?? 'red', printable(segment)))
    .join('.');
}

function countBytes(segment: string): number {
  return Buffer.from(segment, 'base64url').length;
}
