/** The Web Locks of one browser, and of each of its tabs the view that ends with it. */
export interface BrowserLocks {
  openTab(): { readonly locks: LockManager; release(): void };
}

interface Waiting {
  grant(): void;
}

type Work = () => Promise<unknown>;

/**
 * As Web Locks behave between the tabs of one origin: in turn, given up by a
 * signal, let go of when the tab ends. The runtime's own know no tabs.
 */
export function createBrowserLocks(): BrowserLocks {
  const queues = new Map<string, Waiting[]>();
  const enter = (name: string, waiting: Waiting): void => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    queue.push(waiting);
    if (queue[0] === waiting) waiting.grant();
  };
  const leave = (name: string, waiting: Waiting): void => {
    const queue = queues.get(name) ?? [];
    const wasFirst = queue[0] === waiting;
    queue.splice(queue.indexOf(waiting) >>> 0, 1);
    if (queue.length === 0) queues.delete(name);
    else if (wasFirst) queue[0]?.grant();
  };
  return {
    openTab() {
      const ended = Promise.withResolvers<void>();
      const request = async (name: string, { signal }: LockOptions, work: Work): Promise<unknown> => {
        const granted = Promise.withResolvers<void>();
        const waiting = { grant: () => granted.resolve() };
        const onAbort = (): void => granted.reject(signal?.reason);
        signal?.addEventListener('abort', onAbort);
        enter(name, waiting);
        try {
          await granted.promise;
          signal?.removeEventListener('abort', onAbort);
          return await Promise.race([work(), ended.promise]);
        } finally {
          leave(name, waiting);
        }
      };
      const locks = new Proxy(navigator.locks, {
        get: (all, member) => (member === 'request' ? request : Reflect.get(all, member)),
      });
      return { locks, release: () => ended.resolve() };
    },
  };
}
