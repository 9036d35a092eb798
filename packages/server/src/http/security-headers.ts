/**
 * What every answer carries, errors and unknown addresses included.
 *
 * An answer for programs may do nothing in a browser; a page of ours loads its
 * own style sheet and nothing else, and runs no script.
 */
export function securityHeaders(issuer: string, kind: 'data' | 'page'): Readonly<Record<string, string>> {
  const sources =
    kind === 'page' ? "default-src 'none'; style-src 'self'; img-src 'self'" : "default-src 'none'";
  return {
    'Content-Security-Policy': `${sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    // For an issuer behind a trusted proxy too: the browser sees the proxy's HTTPS.
    ...(issuer.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
  };
}
