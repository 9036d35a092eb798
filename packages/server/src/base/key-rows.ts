import type { Statement } from './house.ts';

/** When a signing key lives. Its state at a moment follows from these times alone. */
export interface SigningKeyTimes {
  readonly signsFromMs: number;
  readonly signsUntilMs: number | null;
  readonly publishedUntilMs: number | null;
}

export interface SigningKeyRow extends SigningKeyTimes {
  /** RFC 7638 thumbprint of the public key. */
  readonly keyId: string;
  readonly algorithm: string;
  /** For people who look into the table; the server derives it from the private one. */
  readonly publicJwk: string;
  /** Sealed for the place `signing_keys/<key id>`. */
  readonly sealedPrivateJwk: Uint8Array;
  readonly createdAtMs: number;
  /** A time takes the key out of use for good, whatever its other times say. */
  readonly compromisedAtMs?: number | null;
}

/** Other times for a key whose row is still as it was read. */
export interface SigningKeyChange {
  readonly before: SigningKeyRow;
  readonly after: SigningKeyTimes;
}

export type RotationCause = 'schedule' | 'algorithm';

/** What `keys` asks of the database, so that the room need not know its tables. */
export interface SigningKeyStatements {
  readAll(): Statement<SigningKeyRow>;
  /** Refuses the act when the table has a row already. */
  insertFirst(row: SigningKeyRow): Statement;
  insert(row: SigningKeyRow): Statement;
  /** Refuses the act when the times in the row are not those of `before`. */
  change(change: SigningKeyChange): Statement;
  /** The audit row of a change that nobody asked for by hand. */
  record(atMs: number, keyId: string, cause: RotationCause): Statement;
  deleteUnpublishedBefore(ms: number): Statement;
}

/** For keys whose tokens the feed can deny. */
export interface CompromiseStatements {
  /** As `change`, and for good. Refuses the act also when the key is compromised already. */
  compromise(change: SigningKeyChange, atMs: number): Statement;
}

export interface RefreshKeyRow {
  readonly version: number;
  /** 32 bytes, sealed for the place `refresh_keys/<version>`. */
  readonly sealedKey: Uint8Array;
  readonly createdAtMs: number;
}

export interface RefreshKeyStatements {
  readAll(): Statement<RefreshKeyRow>;
  /** Changes nothing when the version exists. */
  insert(row: RefreshKeyRow): Statement;
  deleteBefore(version: number): Statement;
}
