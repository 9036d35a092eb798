import { isMailbox } from '../base/mailbox.ts';
import { isLoopback } from './is-loopback.ts';

/** Scheme, host, and user with password or neither; nothing else, as it would be ignored. */
export function isSmtpUrl(text: string): boolean {
  if (!/^smtps?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password, pathname, search, hash } = new URL(text);
  const hasRest = (pathname !== '' && pathname !== '/') || search !== '' || hash !== '';
  return (
    hostname !== '' && !hasRest && (username === '') === (password === '') && isDecodable(username + password)
  );
}

/** `https:`, or `http:` to this machine. Credentials in an address end up in logs. */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isSafe && username === '' && password === '' && hash === '';
}

/** `a@b` or `Name <a@b>`. A name holds nothing that could end it. */
export function readMailFrom(text: string): { readonly name: string; readonly address: string } | undefined {
  const [, name = '', inBrackets] = /^([^<>"\\]*)<([^<>]*)>$/.exec(text) ?? [];
  const address = inBrackets ?? text;
  return isMailbox(address) ? { name: name.trim(), address } : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
