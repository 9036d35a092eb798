import { DatabaseSync } from 'node:sqlite';
import { eventTypes, eventVersion } from '@countersign/revocation';

const sessionType = Buffer.from([eventTypes.session, eventVersion, 0, 0]).toString('hex');
const lifeSeconds = 3600;

/**
 * So many events at the end of a feed, of random fingerprints, as one statement: through the front door a million
 * would take minutes. Their chain is left out, which only matters to who follows across them event by event.
 */
export function fillWithEvents(file: string, count: number): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  const nowMs = Date.now();
  const notAfterSeconds = Math.floor(nowMs / 1000) + lifeSeconds;
  const head = Buffer.alloc(4);
  head.writeUInt32BE(notAfterSeconds);
  database.exec(`BEGIN;
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO revocations
      (seq, id, act_id, scope, subject, reason, event_head, epoch, not_after_seconds, created_at_ms, hash)
      SELECT feed.seq + n, 'bench ' || n, 'bench', 'session', '', 'bench',
        CAST(x'${sessionType}${head.toString('hex')}' || randomblob(8) AS BLOB), 0, ${notAfterSeconds}, ${nowMs}, randomblob(32)
        FROM numbers, feed;
    UPDATE feed SET seq = seq + ${count}, hash = (SELECT hash FROM revocations ORDER BY seq DESC LIMIT 1);
    COMMIT`);
  database.close();
}
