import type { PagePowers } from './route.ts';

export interface HeaderRule {
  readonly issuer: string;
  /** Where forms may lead in the end, beside here: browsers look at every redirect after them. */
  readonly origins: readonly string[];
}

/**
 * What every answer carries, errors and unknown addresses included.
 *
 * An answer for programs may do nothing in a browser. A page of ours loads its
 * own style sheets and images, sends forms where it must, and runs a script of
 * our own where it says so; text in it is never run.
 */
export function securityHeaders(
  { issuer, origins }: HeaderRule,
  kind: 'data' | PagePowers,
): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': policyOf(kind, origins),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // A form of a page that sends no referrer at all has the origin `null`, which proves nothing.
    'Referrer-Policy': kind === 'forms' || kind === 'script' ? 'same-origin' : 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    // For an issuer behind a trusted proxy too: the browser sees the proxy's HTTPS.
    ...(issuer.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
  };
}

function policyOf(kind: 'data' | PagePowers, origins: readonly string[]): string {
  const hasForms = kind === 'forms' || kind === 'script';
  return [
    "default-src 'none'",
    ...(kind === 'data' ? [] : ["style-src 'self'; img-src 'self'"]),
    ...(kind === 'script' ? ["script-src 'self'; connect-src 'self'"] : []),
    ...(kind === 'data' ? [] : ["require-trusted-types-for 'script'; trusted-types 'none'"]),
    "base-uri 'none'",
    `form-action ${hasForms ? ["'self'", ...origins].join(' ') : "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
