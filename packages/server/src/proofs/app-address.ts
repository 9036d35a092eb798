import { encodeBase32 } from './base32.ts';

export interface AppAccount {
  readonly secret: Uint8Array;
  /** Who asks for the codes, as the app shows it. */
  readonly issuer: string;
  /** Whose codes they are, as the app shows it. */
  readonly account: string;
}

/** What an app reads out of the picture. Holds the secret: goes to the owner, and into no log. */
export function writeAppAddress({ secret, issuer, account }: AppAccount): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = [
    `secret=${encodeBase32(secret)}`,
    `issuer=${encodeURIComponent(issuer)}`,
    'algorithm=SHA1',
    'digits=6',
    'period=30',
  ];
  return `otpauth://totp/${label}?${parameters.join('&')}`;
}

/** A picture of a text: SVG, black on white, with its quiet zone. Loaded when somebody wants one. */
export async function drawQrCode(text: string): Promise<string> {
  const { renderSVG } = await import('uqr');
  return renderSVG(text, { border: 4 });
}
