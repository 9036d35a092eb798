/** What `countersign.config.ts` may add: typed functions, and nothing that the environment could hold. */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Members of a token beside ours. Names are collision-resistant (RFC 7519 §4.2). */
export type ExtraClaims = Readonly<Record<string, JsonValue>>;

/** Whom a token is for, as it says it. */
export interface EnrichmentFacts {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly username: string | null;
    readonly name: string | null;
    readonly roles: readonly string[];
    readonly permissions: readonly string[];
  };
  readonly session: {
    readonly id: string;
    readonly clientId: string;
    readonly acr: string;
    readonly amr: readonly string[];
    /** Seconds since 1970. */
    readonly authTime: number;
  };
}

export type EnrichAccessToken = (facts: EnrichmentFacts) => ExtraClaims | Promise<ExtraClaims>;

/** One row of the audit table. */
export interface AuditEvent {
  readonly id: string;
  readonly atMs: number;
  readonly action: string;
  /** A user's id, a client's id, `cli`, or `anonymous`. */
  readonly actor: string;
  readonly subject: string | undefined;
  readonly sessionId: string | undefined;
  readonly requestId: string | undefined;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly detail: Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
}

export type OnAuditEvent = (event: AuditEvent) => void | Promise<void>;
