/** What of an account decides whether anybody may sign in to it, by whichever way. */
export interface AccountState {
  readonly disabledAtMs: number | null;
}

/**
 * The one gate that every way of signing in passes, before a session or a
 * challenge is opened.
 *
 * @returns why not, for the log; undefined when it is allowed
 */
export function whyNotAllowed(account: AccountState): string | undefined {
  return account.disabledAtMs === null ? undefined : 'the account is disabled';
}
