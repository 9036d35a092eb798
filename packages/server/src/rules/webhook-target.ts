import { BlockList, isIP } from 'node:net';

export interface TargetRule {
  /** Whether addresses that are not public may be called. */
  readonly allowsPrivate: boolean;
  /** Whether this machine may be called, also over plain HTTP: development. */
  readonly allowsLoopback: boolean;
}

export const maxWebhookUrlLength = 2048;

/**
 * Addresses that are no place on the internet. Of IPv6 only what is given out
 * for it is one, so mapped, translated and local forms need no rows.
 *
 * @see RFC 6890 and the IANA registries of special-purpose addresses; RFC 4291 §2.4
 */
const notPublic = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(address, prefix, 'ipv4');
}
for (const [address, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic.addSubnet(address, prefix, 'ipv6');
}

const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a resolved address may be connected to. Anything but an address may not. */
export function isAllowedAddress(address: string, rule: TargetRule): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (rule.allowsPrivate) return true;
  if (loopback.check(address, family)) return rule.allowsLoopback;
  return !notPublic.check(address, family) && (version === 4 || global.check(address, 'ipv6'));
}

/**
 * What is wrong with the address of an endpoint; undefined when nothing is.
 * Does NOT resolve a name: each attempt looks at what its name resolves to then.
 */
export function findTargetFault(text: string, rule: TargetRule): string | undefined {
  if (text.length > maxWebhookUrlLength) return `is longer than ${maxWebhookUrlLength}`;
  if (!URL.canParse(text)) return 'is not an address';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'must not hold a name or a password';
  if (url.hash !== '') return 'must not have a fragment';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere =
    host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6'));
  const isPlainAllowed = url.protocol === 'http:' && isHere && rule.allowsLoopback;
  if (url.protocol !== 'https:' && !isPlainAllowed) return 'must begin with https:';
  if (isIP(host) !== 0 && !isAllowedAddress(host, rule)) return 'must be an address on the internet';
  return undefined;
}
