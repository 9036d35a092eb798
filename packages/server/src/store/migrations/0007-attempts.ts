/**
 * `attempts`: wrong guesses in a row, by what was guessed and for whom.
 * `account` is a user's id, or a keyed digest for names that nobody has; `source` is
 * empty for all sources from which the account was never signed in, together.
 *
 * `known_devices`: from where, and with what, an account was signed in.
 */
export const attemptTables: readonly string[] = [
  `CREATE TABLE attempts (
    account TEXT NOT NULL,
    authenticator TEXT NOT NULL,
    source TEXT NOT NULL,
    failures INTEGER NOT NULL,
    tried_at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, authenticator, source)
  )`,
  'CREATE INDEX attempts_by_time ON attempts (tried_at_ms)',
  `CREATE TABLE known_devices (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    agent TEXT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, source, agent)
  )`,
  'CREATE INDEX known_devices_by_time ON known_devices (seen_at_ms)',
  // IPv6 counts by its /64, which SQL cannot cut out: those sources are learnt anew.
  `INSERT INTO known_devices (user_id, source, agent, seen_at_ms)
    SELECT user_id, address, '', max(created_at_ms) FROM sessions
    WHERE address NOT LIKE '%:%' GROUP BY user_id, address`,
];
