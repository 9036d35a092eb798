import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back to the system what a start needed and idling does not: room for
 * young objects that grew while everything loaded, what died of them, code that
 * ran once. Stops the calling thread for 20 to 40 ms, so it belongs before the
 * first request.
 *
 * Leaves the flag set that lets new contexts have a `gc` function; nothing here
 * makes contexts. Where the runtime offers no such function, nothing happens.
 */
export function handBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  if (typeof collect === 'function') collect({ type: 'major', flavor: 'last-resort' });
}
