/** When a session was last used on the pages. `rotated_at_ms` stays what refreshing decides by. */
export const pageSessionColumns: readonly string[] = [
  'ALTER TABLE sessions ADD COLUMN page_used_at_ms BIGINT',
];
