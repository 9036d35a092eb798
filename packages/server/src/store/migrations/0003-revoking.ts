/** Keys that are out of use before their time, and the look-up of what is revoked by what it names. */
export const revokingColumns: readonly string[] = [
  'ALTER TABLE signing_keys ADD COLUMN compromised_at_ms BIGINT',
  'CREATE INDEX revocations_by_subject ON revocations (subject, scope, epoch)',
];
