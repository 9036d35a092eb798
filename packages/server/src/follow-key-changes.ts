import type { House } from './base/house.ts';
import { readKeyChanges } from './store/key-changes.ts';

/**
 * Reads the keys again as soon as an act of any process over the same database
 * has changed them. A process that went on signing with a compromised key would
 * issue tokens that every guard denies; one that kept the MAC key of before a
 * declared gap would make refresh tokens that nobody takes.
 *
 * @returns stops it
 */
export async function followKeyChanges({
  feed,
  store,
  keys,
  refreshTokens,
  log,
}: Pick<House, 'feed' | 'store' | 'keys' | 'refreshTokens' | 'log'>): Promise<() => void> {
  let [known] = await store.read(readKeyChanges());
  let isStopped = false;
  const look = async (): Promise<void> => {
    const [now] = await store.read(readKeyChanges());
    const before = known;
    known = now;
    if (before === undefined || now?.gap !== before.gap) await refreshTokens.reload();
    if (before === undefined || now?.lastKeyEvent !== before.lastKeyEvent) await keys.reload();
  };
  const stop = feed.view.onChange(() => {
    look().catch((error: unknown) => {
      known = undefined;
      if (!isStopped) log.error('keys.reload-failed', { error });
    });
  });
  return () => {
    isStopped = true;
    stop();
  };
}
