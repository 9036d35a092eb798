import type { Auth } from './auth.ts';
import { decideToken, type Route } from './decide.ts';
import type { IssuerSource } from './issuer-source.ts';
import { findVerified, type VerifiedToken } from './verified-token.ts';
import { callQuietly, createRevocationWatch, everySecond } from './watch-revoked.ts';

export interface OnRevoked {
  onRevoked(token: string | Auth, close: () => void): () => void;
  /** Closes everything, and from then on whatever comes. */
  end(): void;
}

/** What stands behind `guard.onRevoked`; `route` is one without requirements. */
export function createOnRevoked(route: Route, sources: readonly IssuerSource[]): OnRevoked {
  const watch = createRevocationWatch({ ...route, everySecond });
  const stops = sources.map(({ verifier }) => verifier.view?.onChange(watch.look));
  let hasEnded = false;

  const follow = (token: VerifiedToken, close: () => void): (() => void) => {
    if (!hasEnded) return watch.watch(token, close);
    queueMicrotask(() => callQuietly(close));
    return () => {};
  };
  const verifyFirst = (token: string, close: () => void): (() => void) => {
    let isForgotten = false;
    let stop = (): void => {};
    const begin = async (): Promise<void> => {
      const verified = await findAcceptable(token, route);
      if (isForgotten) return;
      if (verified === undefined) callQuietly(close);
      else stop = follow(verified, close);
    };
    void begin();
    return () => {
      isForgotten = true;
      stop();
    };
  };
  return {
    onRevoked: (token, close) => {
      if (typeof close !== 'function') throw new TypeError('guard: onRevoked needs a function to call');
      if (typeof token === 'string') return verifyFirst(token, close);
      const verified = findVerified(token);
      if (verified === undefined || !sources.some(({ verifier }) => verifier === verified.issuer)) {
        throw new TypeError('guard: onRevoked needs a token, or the very auth that this guard handed out');
      }
      return follow(verified, close);
    },
    end: () => {
      hasEnded = true;
      for (const stop of stops) stop?.();
      watch.end();
    },
  };
}

/** What cannot be decided is not acceptable either. */
async function findAcceptable(token: string, route: Route): Promise<VerifiedToken | undefined> {
  try {
    const decision = await decideToken(token, route);
    return decision.kind === 'accepted' ? findVerified(decision.auth) : undefined;
  } catch {
    return undefined;
  }
}
