import type { EnrichmentFacts, ExtraClaims } from './own-functions.ts';
import type { Acknowledgement, EventScope, RevocationView } from '@countersign/revocation';
import type { Jwk, Key, KeySet } from '@countersign/tokens';
import type { EpochSeconds, Now } from './clock.ts';
import type { FeedDesk, FeedSource } from './feed-source.ts';
import type { NewMessage, OutgoingMessage } from './messages.ts';

/**
 * The interfaces that rooms implement and flows use. A flow gets one `House`
 * and nothing else; `open-house.ts` builds it.
 */
export interface House {
  readonly policy: Policy;
  readonly store: Store;
  readonly keys: Keys;
  readonly feed: Feed;
  readonly refreshTokens: RefreshTokens;
  readonly vault: Vault;
  readonly stamps: Stamps;
  readonly webhooks: Webhooks;
  readonly messages: Messages;
  readonly hashing: HashQueue;
  readonly limits: Limits;
  readonly afterwards: Afterwards;
  readonly guessing: GuessSensors;
  readonly breachedPasswords: BreachedPasswords;
  /** The operator's own claims, checked; undefined without `enrichAccessToken`. */
  readonly findExtraClaims: ((facts: EnrichmentFacts) => Promise<ExtraClaims>) | undefined;
  readonly now: Now;
  readonly log: Log;
  /** A keyed digest, 64 hexadecimal digits, of a text that must not be kept itself. */
  readonly pseudonym: (text: string) => string;
}

/** What the settings decide for flows. Durations in seconds. */
export interface Policy {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenSeconds: number;
  readonly sessionIdleSeconds: number;
  readonly sessionMaxSeconds: number;
  /** One more ends the one that was not used for the longest time. */
  readonly maxSessionsOfUser: number;
  /** How fresh a sign-in must be for acts that could take an account over. */
  readonly recentSignInSeconds: number;
  /** Roles that a session has only when two factors opened it. */
  readonly rolesRequiringSecondFactor: readonly string[];
  readonly registration: RegistrationMode;
  /** Whether codes by mail are a second factor. */
  readonly emailCodes: boolean;
  /** For how long a device may be remembered; 0: not at all. */
  readonly rememberDeviceSeconds: number;
  readonly magicLink: boolean;
  readonly defaultRole: string;
  readonly argon2: Argon2Parameters;
  /** Whose passkeys are made and accepted: a domain, the name that is shown, and every origin exactly. */
  readonly passkeys: { readonly rpId: string; readonly name: string; readonly origins: readonly string[] };
  /** What endpoints of webhooks may be. */
  readonly webhookTargets: { readonly allowsPrivate: boolean; readonly allowsLoopback: boolean };
}

/**
 * - `open`: whoever asks gets an account at once
 * - `verify-first`: the account comes into being with the proof of the mailbox
 * - `invite`, `closed`: nobody
 *
 * An invitation opens an account in every mode; only `invite` insists on mail.
 */
export type RegistrationMode = 'open' | 'verify-first' | 'closed' | 'invite';

export interface Argon2Parameters {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
}

// ---- store -----------------------------------------------------------------

export type SqlValue = string | number | null | Uint8Array;

declare const rowOf: unique symbol;

/** One SQL statement as a value. `Row` is what it returns, if it returns rows. */
export interface Statement<Row = never> {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** When present, another number of changed rows refuses the whole act. */
  readonly mustChange?: number;
  readonly [rowOf]?: Row;
}

export interface StatementResult<Row> {
  readonly rows: readonly Row[];
  readonly changes: number;
}

/** What became of a list of statements: all of it, or nothing. */
export type Committed<Act extends readonly Statement<unknown>[]> =
  | { readonly kind: 'committed'; readonly results: ResultsOf<Act> }
  | {
      readonly kind: 'refused';
      /** Which statement of the act refused it. */
      readonly statement: number;
      readonly cause: CommitRefusal;
    };

/** `unique` names the column that was taken, as `table.column`; `reference` is a row that does not exist. */
export type CommitRefusal =
  | { readonly kind: 'must-change' }
  | { readonly kind: 'unique'; readonly column: string }
  | { readonly kind: 'reference' };

export type ResultsOf<Act extends readonly Statement<unknown>[]> = {
  readonly [Index in keyof Act]: Act[Index] extends Statement<infer Row> ? StatementResult<Row> : never;
};

/**
 * Reads see everything that was committed before they began. A commit is
 * atomic and durable once its promise is fulfilled.
 * Both reject with `Refusal('unavailable')` when the database cannot.
 */
export interface Store {
  read<Row>(query: Statement<Row>): Promise<readonly Row[]>;
  commit<const Act extends readonly Statement<unknown>[]>(act: Act): Promise<Committed<Act>>;
  /** Acts of this process that are not committed yet. */
  waiting(): number;
  /** Rejects unless the database answers and can be written to. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The issuer's side of the revocation feed. */
export interface Feed {
  /** Keys the 64-bit fingerprints of events; 16 bytes. */
  readonly fingerprintKey: Uint8Array;
  /** No access token lives longer than this. */
  readonly ttlMaxSeconds: number;
  /** What this process knows: it reads the log of its own database. */
  readonly view: RevocationView;
  /** Events were committed here: hand them out now instead of at the next look (100 ms). */
  wake(): void;
  /** A rollback was proven that nobody declared: nothing is issued any more. */
  readonly isHalted: boolean;
  /** Answered when each guard process on the roll has acknowledged, or its time has passed, or `timeoutMs`. */
  confirm(request: ConfirmRequest): Promise<Confirmation>;
  /** Re-reads gap, fingerprint key and log, after a gap was declared. */
  reload(): Promise<void>;
  /** What the endpoints serve, and how they serve it. */
  readonly source: FeedSource;
  readonly desk: FeedDesk;
  /** Public halves of the keys that sign heads. */
  publicJwks(): { readonly keys: readonly Jwk[] };
  /** Puts a guard process on the roll, once its MAC holds and its position is one of ours. */
  acknowledge(acknowledgement: Acknowledgement, mac: Uint8Array): Promise<AcknowledgementOutcome>;
}

/**
 * - `unproven`: there is no such client that may follow, or the MAC is not its
 * - `not-on-chain`: the feed never had this hash at this number, or no longer knows
 */
export type AcknowledgementOutcome = 'noted' | 'unproven' | 'not-on-chain';

export interface ConfirmRequest {
  /** The last event of what was revoked. */
  readonly seq: number;
  readonly scope: EventScope;
  /** When the act was committed, or before. */
  readonly revokedAtMs: number;
  readonly timeoutMs: number;
}

export interface Confirmation {
  /** Processes that never accept anymore what was revoked. */
  readonly confirmed: number;
  /** Processes on the roll: those that may be alive. */
  readonly connected: number;
  readonly lagging: readonly LaggingGuard[];
}

export interface LaggingGuard {
  readonly process: string;
  readonly clientId: string;
  readonly lastSeenMs: number;
}

// ---- keys ------------------------------------------------------------------

/** Claims of an access token (RFC 9068 §2.2), as flows give them; `iss`, `aud`, `exp` and `jti` are added. */
export interface AccessTokenClaims {
  readonly sub: string;
  readonly client_id: string;
  /** The database's clock in the snapshot of the first read, rounded down. */
  readonly iat: EpochSeconds;
  /** The feed's sequence number in the same snapshot. */
  readonly rvs: number;
  readonly sid?: string;
  readonly auth_time?: EpochSeconds;
  readonly amr?: readonly string[];
  /** `aal1` or `aal2`; RFC 9470 §6.1. */
  readonly acr?: string;
  readonly scope?: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  /** The operator's own, under names that are none of these. */
  readonly extra?: ExtraClaims | undefined;
}

/** An access token that this house signed. Does NOT say that nothing has revoked it since. */
export interface PresentedAccessToken {
  readonly tokenId: string;
  readonly subject: string;
  readonly clientId: string;
  /** None in tokens of machine clients. */
  readonly sessionId: string | undefined;
  /** None with a shared secret. */
  readonly keyId: string | undefined;
  readonly rvs: number;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  /** Names separated by spaces. */
  readonly scope: string | undefined;
}

export type SigningKeyState = 'published' | 'signing' | 'retired' | 'compromised';

/** A signing key as an operator sees it; no private part. */
export interface SigningKeySummary {
  readonly keyId: string;
  readonly algorithm: string;
  readonly state: SigningKeyState;
  readonly createdAtMs: number;
  readonly signsFromMs: number;
  readonly signsUntilMs: number | undefined;
  readonly publishedUntilMs: number | undefined;
}

export interface Keys {
  /** @returns a compact JWS of type `at+jwt`, valid for `policy.accessTokenSeconds` from `iat` */
  issueAccessToken(claims: AccessTokenClaims): string;
  /** @returns what a token of our own says; undefined unless signature, times, issuer, audience and type hold */
  readAccessToken(token: string): PresentedAccessToken | undefined;
  /** Every public key that a token alive now or soon may name. */
  publicJwks(): { readonly keys: readonly Jwk[] };
  /** The same keys, for the guard of our own API; HS256 included. */
  readonly keySet: KeySet;
  readonly algorithm: string;
  list(): readonly SigningKeySummary[];
  /** The rows that make the next key sign, or why not now. Committed by the caller with its audit row. */
  planRotation(): RotationPlan;
  /** The rows that take a key out of use at once. Committed by the caller with its event and its audit row. */
  planCompromise(keyId: string): CompromisePlan;
  /** Reads the keys of the database again. */
  reload(): Promise<void>;
  close(): void;
}

export type RotationPlan =
  | {
      readonly kind: 'planned';
      readonly act: readonly Statement[];
      readonly keyId: string;
      readonly signsFromMs: number;
    }
  | { readonly kind: 'pending'; readonly keyId: string; readonly signsFromMs: number }
  | { readonly kind: 'shared-secret' };

export type CompromisePlan =
  | {
      readonly kind: 'planned';
      readonly act: readonly Statement[];
      /** The key that signs from then on. */
      readonly signingKeyId: string;
    }
  /** It is out of use already. */
  | { readonly kind: 'compromised'; readonly signingKeyId: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'shared-secret' };

/** The keys that sign heads of the feed, and nothing else. */
export interface FeedKeyring {
  /** Private, ES256. */
  signer(): Key;
  readonly keySet: KeySet;
  publicJwks(): { readonly keys: readonly Jwk[] };
  reload(): Promise<void>;
  close(): void;
}

// ---- refresh tokens --------------------------------------------------------

/** What a refresh token says once its MAC holds. */
export interface PresentedRefreshToken {
  readonly refreshId: string;
  readonly counter: number;
  readonly version: number;
}

export interface RefreshTokens {
  /** The version of the MAC key that new tokens are made with. */
  readonly currentVersion: number;
  make(token: PresentedRefreshToken): string;
  /** @returns undefined for anything whose MAC does not hold; no database work */
  read(text: string): PresentedRefreshToken | undefined;
  /** The rows that make a new MAC key the only one: every token made before is garbage afterwards. */
  planReplacement(): readonly Statement[];
  /** Reads the MAC keys of the database again. */
  reload(): Promise<void>;
}

// ---- vault -----------------------------------------------------------------

/** What proofs keep in the database so that whoever reads it can prove nothing. */
export interface Vault {
  /** @param place table and row that the value belongs to; it opens nowhere else */
  close(plain: Uint8Array, place: string): Uint8Array;
  /** @throws Error when the master key is another one, or the bytes were changed or moved */
  open(sealed: Uint8Array, place: string): Uint8Array;
  /**
   * Of a short secret that is only compared. Guessing at it takes the master key, however few forms it has.
   *
   * @param parts what the secret is bound to, and the secret; no part says what another one would
   * @returns 32 bytes
   */
  macOf(parts: readonly string[]): Uint8Array;
}

// ---- stamps ----------------------------------------------------------------

/** What a stamp is for. */
export type StampUse = 'session-cookie' | 'flow-cookie' | 'form';

/** MACs of short texts that browsers keep and bring back. */
export interface Stamps {
  /** @returns 43 base64url characters */
  make(use: StampUse, text: string): string;
  /** In constant time; false for whatever is no stamp. */
  holds(use: StampUse, text: string, presented: string): boolean;
}

// ---- webhooks --------------------------------------------------------------

/** Tells endpoints of revocations, by itself. */
export interface Webhooks {
  /** A new secret for an endpoint; it opens in the row of that id alone. */
  makeSecret(id: string): { readonly secret: string; readonly sealedSecret: Uint8Array };
  /** Sends a test event now. @returns why it was not delivered */
  sendTest(target: {
    readonly id: string;
    readonly url: string;
    readonly sealedSecret: Uint8Array;
  }): Promise<string | undefined>;
}

// ---- messages --------------------------------------------------------------

/** Writes messages, keeps them in the queue of the database, and sends them. */
export interface Messages {
  /** Whether mail leaves this server; in development the console counts. */
  readonly canMail: boolean;
  readonly canSms: boolean;
  /**
   * The statements that put a message into the queue, to be committed with the
   * act that it tells of: it is sent exactly when the act holds. None when its
   * channel is not configured. `commitAct` wakes the queue.
   *
   * Above the limits of the recipient or of the hour nothing is queued, and the
   * act looks the same; the audit table has `message.withheld`.
   */
  write(message: NewMessage): readonly Statement<unknown>[];
  /** The language of ours that is understood best. @param wanted  a language tag or the value of `Accept-Language` */
  chooseLanguage(wanted: string | undefined): string;
  /** Look at the queue now instead of within two seconds. */
  wake(): void;
  /** Fulfilled when nothing waits here whose turn it is: for tests, and for what ends. */
  settled(): Promise<void>;
  /** Development without mail or SMS: what would have been sent last, the newest first. */
  readonly shown: readonly OutgoingMessage[] | undefined;
}

// ---- load ------------------------------------------------------------------

export interface HashQueue {
  /** Runs at most as many as there are cores; refuses with `overloaded` when too many wait. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  readonly waiting: number;
}

/** That somebody guesses at many accounts. `source` is none where it comes from everywhere. */
export interface GuessingEpisode {
  readonly sensor: 'accounts' | 'password' | 'rate';
  readonly source: string | undefined;
  /** At how many accounts, when it was noticed. */
  readonly accounts: number;
  /** How many were turned away meanwhile; of `rate`: how many failures have no row of their own. */
  readonly refused: number;
}

/** Passwords as they come in, looked at together. */
export interface GuessSensors {
  /** @throws Refusal `too_many_requests` while a source that guessed at many accounts rests */
  check(address: string): void;
  /** @returns what this wrong password set off, and whether it gets a row of its own in the audit table */
  failed(guess: { readonly address: string; readonly account: string; readonly password: string }): {
    readonly detected: readonly Omit<GuessingEpisode, 'refused'>[];
    readonly isRecorded: boolean;
  };
  succeeded(guess: { readonly address: string; readonly account: string }): void;
  close(): void;
}

export interface BreachedPasswords {
  /** `not-asked`: not in the operator's list, and the service did not answer. */
  find(password: string): Promise<'listed' | 'not-listed' | 'not-asked'>;
  close(): Promise<void>;
}

export type LimitName =
  | 'log-in by source'
  | 'register by source'
  | 'mail by source'
  | 'link by source'
  | 'refresh by session'
  | 'refresh by source'
  | 'client by id'
  | 'client by source'
  | 'profile by account'
  | 'passkey by source'
  | 'passkeys by account'
  | 'revocation by account'
  | 'introspection by client'
  | 'any by source';

export interface Limits {
  /**
   * Takes one from the budget before the work is done.
   * @throws Refusal `too_many_requests` with `retryAfterSeconds`
   */
  spend(limit: LimitName, key: string): void;
}

/** Work that must not show in the answer, not even in its time. */
export interface Afterwards {
  /**
   * Begins once the answer is on its way; a fault goes to the log. Lost when the process is killed.
   * @throws Refusal `overloaded` when too much waits
   */
  run(name: string, task: () => Promise<void>): void;
  /** Fulfilled when nothing waits: for tests, and for what ends. */
  settled(): Promise<void>;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

// ---- who asks --------------------------------------------------------------

/** Where a call comes from: goes into the session's row and the audit table. */
export interface RequestSource {
  readonly requestId: string;
  /** Address of the client, behind trusted proxies if there are any. */
  readonly address: string;
  /** At most 256 characters of the `User-Agent`. */
  readonly userAgent: string | undefined;
}

/** Whose access token was presented; signature, claims and session were checked. */
export interface Caller {
  readonly userId: string;
  readonly sessionId: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** What the user has besides, but not without a second factor. */
  readonly withheld: { readonly roles: readonly string[]; readonly permissions: readonly string[] };
  readonly authTime: EpochSeconds;
  /** What the session proved, RFC 8176 §2. */
  readonly amr: readonly string[];
}
