/** What a verified access token names: everything that an event can deny. */
export interface TokenNames {
  readonly jti: string;
  readonly sid: string | undefined;
  readonly sub: string;
  readonly clientId: string;
  readonly tid: string | undefined;
  /** `kid` of the token's header. */
  readonly kid: string | undefined;
  /** The feed's sequence number when the token was issued; below an epoch the token is dead. */
  readonly rvs: number;
  readonly iatSeconds: number;
  readonly expSeconds: number;
}

/**
 * - `live`: no event denies the token, and what is known is fresh enough
 * - `revoked`: an event denies it
 * - `stale`: the token is older than what is known may be; a token issued now would pass
 * - `unsynchronised`: too little is known for any token: no head yet, none recent enough, or the feed contradicts itself
 * - `life_too_long`: it lives longer than the feed says that any token does
 */
export type RevocationVerdict = 'live' | 'revoked' | 'stale' | 'unsynchronised' | 'life_too_long';

/** How old what is known may be, for one route. */
export interface Freshness {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly maxStalenessSeconds: number;
}

/**
 * What is known of the revocations of one issuer, asked for every request.
 * A follower of the feed has one; the issuer itself has another, which reads its own log.
 */
export interface RevocationView {
  /** Rises with everything that can turn a token from live to revoked; while it stands still, a verdict `live` needs only `judgeFreshness`. */
  readonly changes: number;
  /** Of the last event that is known and vouched for. */
  readonly seq: number;
  /** `ttl_max` of the last head that counts, in seconds: the default for `maxStalenessSeconds`. `undefined` before the first. */
  readonly ttlMaxSeconds: number | undefined;
  /** Does NOT check signature, `exp`, issuer or audience. Allocates nothing. */
  judge(token: TokenNames, freshness: Freshness): RevocationVerdict;
  /** `judge` for a token that no event denied at the present value of `changes`. */
  judgeFreshness(iatSeconds: number, freshness: Freshness): RevocationVerdict;
  /** Asks the feed now; everyone who waits shares one call. Fulfilled when it is answered or has failed. */
  pull(): Promise<void>;
  /** Called after `changes` rose, before it is acknowledged to the issuer. @returns stops it */
  onChange(listener: () => void): () => void;
  status(): RevocationStatus;
  close(): void;
}

export interface RevocationStatus {
  readonly state: 'starting' | 'following' | 'disconnected' | 'alarmed' | 'closed';
  /** Why, where the state is not `following`. Names no secret. */
  readonly fault: string | undefined;
  readonly seq: number;
  /** Milliseconds since 1970 of the last head that counts; `undefined` before the first. */
  readonly headTimeMs: number | undefined;
  /** Events held, and what they take. */
  readonly entries: number;
  readonly bytes: number;
  /** Signing keys among the entries: when it rises, another key signs. */
  readonly revokedKeys: number;
}
