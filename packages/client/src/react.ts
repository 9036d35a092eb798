import {
  type Context,
  createContext,
  createElement,
  type FunctionComponent,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { AuthState } from './client-state.ts';
import type { Auth } from './create-client.ts';

/** What a component sees: the state, and what it may do about it. */
export interface UseAuth
  extends AuthState,
    Pick<Auth, 'signIn' | 'signUp' | 'stepUp' | 'signOut' | 'fetch' | 'restore'> {}

/** A server renders what every visitor sees first, so that the page takes over without a difference. */
const beforeAnything: AuthState = { status: 'loading', user: undefined, error: undefined };

const AuthContext: Context<Auth | undefined> = createContext<Auth | undefined>(undefined);

/** Makes `auth` what `useAuth()` finds below. */
export const AuthProvider: FunctionComponent<{ auth: Auth; children?: ReactNode }> = ({ auth, children }) =>
  createElement(AuthContext.Provider, { value: auth }, children);

/**
 * Follow the client's state in a component, and restore the session once the
 * page is there. While `status` is `loading` show neither the application nor
 * the log-in; with `error` set, the issuer could not be asked: offer `restore`.
 *
 * @param given  the client; without it the one of `AuthProvider`
 * @throws TypeError when there is neither
 */
export function useAuth(given?: Auth): UseAuth {
  const provided = useContext(AuthContext);
  const auth = given ?? provided;
  if (auth === undefined) throw new TypeError('useAuth: pass the client or wrap the tree in AuthProvider');
  const state = useSyncExternalStore(
    auth.subscribe,
    () => auth.state,
    () => beforeAnything,
  );
  useEffect(() => {
    // What goes wrong here is in `state.error`.
    if (auth.state.status === 'loading') auth.restore().catch(() => undefined);
  }, [auth]);
  return useMemo(
    () => ({
      ...state,
      signIn: auth.signIn,
      signUp: auth.signUp,
      stepUp: auth.stepUp,
      signOut: auth.signOut,
      fetch: auth.fetch,
      restore: auth.restore,
    }),
    [auth, state],
  );
}
