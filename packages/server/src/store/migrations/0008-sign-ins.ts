/**
 * How many sessions are open is asked at each sign-in; `compromised_at_ms` closes a
 * password until another one is set.
 */
export const signInColumns: readonly string[] = [
  'CREATE INDEX sessions_open ON sessions (user_id) WHERE revoked_at_ms IS NULL',
  'ALTER TABLE passwords ADD COLUMN compromised_at_ms BIGINT',
];
