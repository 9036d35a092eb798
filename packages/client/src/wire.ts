/** What the issuer sends and takes, in the names of the wire (snake_case). Types only. */

/** The user as the issuer tells the user's own client. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** Seconds since 1970. */
  readonly created_at: number;
}

/** Answer to log-in, refresh and password change. */
export interface LogInAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds from the moment of the answer. */
  readonly expires_in: number;
  /** Absent when the issuer keeps it in its HttpOnly cookie. */
  readonly refresh_token?: string;
  readonly refresh_expires_in: number;
  readonly user: User;
}

/** One line of `GET /v1/me/sessions`. */
export interface DeviceSession {
  readonly id: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
  readonly client_id: string;
  /** From where it was last used. */
  readonly address: string;
  readonly user_agent: string | null;
  /** Seconds since 1970, like the other times. */
  readonly created_at: number;
  readonly last_used_at: number;
  readonly expires_at: number;
}

/** RFC 9457 problem details with the issuer's stable `code`. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly [member: string]: unknown;
}
