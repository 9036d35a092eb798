import { BlockList, isIP, isIPv4 } from 'node:net';

const maxFieldLength = 2048;

export interface AddressRule {
  /**
   * @param peer address of the socket's other end; undefined for calls within the process
   * @param forwarded value of `X-Forwarded-For`, several joined by commas
   */
  find(peer: string | undefined, forwarded: string | null): string;
}

/**
 * Whose request it is. `X-Forwarded-For` counts only behind a trusted proxy, and
 * of it the rightmost address that is none: what stands further left was
 * written by somebody else. A malformed field is not believed at all.
 *
 * @param trustedProxies addresses and CIDR ranges
 */
export function createAddressRule(trustedProxies: readonly string[]): AddressRule {
  const proxies = new BlockList();
  for (const range of trustedProxies) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (prefix === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(prefix), family);
  }
  const isProxy = (address: string): boolean => proxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return {
    find(peer, forwarded) {
      const socketAddress = unmap(peer ?? 'unknown');
      if (forwarded === null || isIP(socketAddress) === 0 || !isProxy(socketAddress)) return socketAddress;
      const hops = readHops(forwarded);
      return hops === undefined
        ? socketAddress
        : (hops.findLast((hop) => !isProxy(hop)) ?? hops[0] ?? socketAddress);
    },
  };
}

/** @returns undefined unless every entry is an address */
function readHops(forwarded: string): readonly string[] | undefined {
  if (forwarded.length > maxFieldLength) return undefined;
  const hops = forwarded.split(',').map((entry) => unmap(entry.trim()));
  return hops.every((hop) => isIP(hop) !== 0) ? hops : undefined;
}

/** `::ffff:192.0.2.1` is how a dual-stack socket shows an IPv4 peer (RFC 4291 §2.5.5.2). */
function unmap(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}
