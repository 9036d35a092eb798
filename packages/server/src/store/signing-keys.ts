import type { CompromiseStatements, SigningKeyRow, SigningKeyStatements } from '../base/key-rows.ts';
import type { Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { recordAct } from './audit.ts';
import { mustChange, sql } from './sql.ts';

/** Statements over a table of keys, handed to `keys` by `main`. */
function keyStatements(table: Statement): SigningKeyStatements & CompromiseStatements {
  return {
    readAll() {
      return sql<SigningKeyRow>`SELECT key_id AS "keyId", algorithm, public_jwk AS "publicJwk",
      sealed_private_jwk AS "sealedPrivateJwk", created_at_ms AS "createdAtMs",
      signs_from_ms AS "signsFromMs", signs_until_ms AS "signsUntilMs",
      published_until_ms AS "publishedUntilMs",
      compromised_at_ms AS "compromisedAtMs"
      FROM ${table} ORDER BY signs_from_ms, key_id`;
    },

    insertFirst(row) {
      return mustChange(
        1,
        sql`INSERT INTO ${table} (key_id, algorithm, public_jwk, sealed_private_jwk,
        created_at_ms, signs_from_ms, signs_until_ms, published_until_ms)
        SELECT ${row.keyId}, ${row.algorithm}, ${row.publicJwk}, ${row.sealedPrivateJwk},
          ${row.createdAtMs}, ${row.signsFromMs}, ${row.signsUntilMs}, ${row.publishedUntilMs}
        WHERE NOT EXISTS (SELECT 1 FROM ${table})`,
      );
    },

    insert(row) {
      return sql`INSERT INTO ${table} (key_id, algorithm, public_jwk, sealed_private_jwk,
      created_at_ms, signs_from_ms, signs_until_ms, published_until_ms)
      VALUES (${row.keyId}, ${row.algorithm}, ${row.publicJwk}, ${row.sealedPrivateJwk},
        ${row.createdAtMs}, ${row.signsFromMs}, ${row.signsUntilMs}, ${row.publishedUntilMs})`;
    },

    change({ before, after }) {
      return mustChange(
        1,
        sql`UPDATE ${table} SET signs_from_ms = ${after.signsFromMs},
        signs_until_ms = ${after.signsUntilMs}, published_until_ms = ${after.publishedUntilMs}
        WHERE key_id = ${before.keyId} AND signs_from_ms = ${before.signsFromMs}
          AND signs_until_ms IS NOT DISTINCT FROM ${before.signsUntilMs}
          AND published_until_ms IS NOT DISTINCT FROM ${before.publishedUntilMs}`,
      );
    },

    compromise({ before, after }, atMs) {
      return mustChange(
        1,
        sql`UPDATE ${table} SET signs_from_ms = ${after.signsFromMs}, signs_until_ms = ${after.signsUntilMs},
        published_until_ms = ${after.publishedUntilMs}, compromised_at_ms = ${atMs}
        WHERE key_id = ${before.keyId} AND signs_from_ms = ${before.signsFromMs} AND compromised_at_ms IS NULL
          AND signs_until_ms IS NOT DISTINCT FROM ${before.signsUntilMs}
          AND published_until_ms IS NOT DISTINCT FROM ${before.publishedUntilMs}`,
      );
    },

    record(atMs, keyId, cause) {
      return recordAct({
        id: randomId(),
        atMs,
        action: 'key.rotated',
        actor: 'server',
        subject: keyId,
        detail: { cause },
      });
    },

    deleteUnpublishedBefore(ms) {
      return sql`DELETE FROM ${table} WHERE published_until_ms < ${ms}`;
    },
  };
}

export const signingKeyStatements: SigningKeyStatements & CompromiseStatements =
  keyStatements(sql`signing_keys`);

/** The keys that sign heads of the feed. */
export const feedKeyStatements: SigningKeyStatements & CompromiseStatements = keyStatements(sql`feed_keys`);
