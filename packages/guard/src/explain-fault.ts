const texts: ReadonlyMap<string, string> = new Map([
  ['credential_refused', 'the issuer refuses the client id or the secret in feed'],
  ['scope_refused', 'the issuer does not give the client in feed the scope revocations:read'],
  ['issuer_mismatch', 'the metadata names another issuer; it is compared as it is written'],
  ['feed_missing', 'the metadata names no revocation_feed'],
  ['not_answered', 'what is asked is no feed, or cannot answer now; the url of a relay ends in /revocations'],
  ['unreachable', 'the metadata of the issuer cannot be had'],
]);

/** A fault as text for whoever set the guard up: the code, and what it is about where the code does not say. */
export function explainFault(fault: string): string {
  const text = texts.get(fault);
  return text === undefined ? fault : `${fault}: ${text}`;
}
