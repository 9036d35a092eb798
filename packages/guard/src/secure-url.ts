const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether keys may be fetched from this address.
 *
 * `https:` always; `http:` only on this machine, or anywhere with `dangerAllowHttp`,
 * since whoever can change the answer on its way chooses the keys. Addresses
 * with a user name or password are refused: they would end in logs.
 * The host is NOT resolved: `https` to a private address is the operator's choice.
 */
export function isSecureUrl(url: URL, dangerAllowHttp: boolean): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && (dangerAllowHttp || loopbackHosts.has(url.hostname));
}
