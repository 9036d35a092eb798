/**
 * What the issuer sends and takes, in the names of the wire (snake_case).
 *
 * Made from `packages/server/src/contract` by `scripts/write-client-types.ts`: change it there.
 */

/** The user as the issuer tells the user’s own client. */
export interface User {
  readonly id: string;
  /** E-mail address */
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** Whether somebody proved to read mail there */
  readonly email_verified: boolean;
  /** Of messages to the user */
  readonly language: string;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly created_at: number;
}

/** Answer to log-in, refresh and password change. */
export interface LogInAnswer {
  /** JWT of type `at+jwt` (RFC 9068) */
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds from the moment of the answer */
  readonly expires_in: number;
  /** Absent when it went into the cookie */
  readonly refresh_token?: string;
  /** Seconds in which the refresh token must be used */
  readonly refresh_expires_in: number;
  readonly user: User;
  /** With `remember_device` and storage `body`: for later sign-ins of this device */
  readonly device_token?: string;
}

/** Answer to a sign-in that needs one more proof. */
export interface SecondFactorRequired {
  readonly status: 'second_factor_required';
  /** Goes into the next call and nowhere else */
  readonly challenge_id: string;
  /** One of these is to be proven */
  readonly factors: readonly ('passkey' | 'totp' | 'sms' | 'email' | 'recovery_code')[];
  /** Seconds in which it has to be */
  readonly expires_in: number;
}

/** An authenticator app that waits for its first code. */
export interface BegunApp {
  /** Base32, to be typed into an app */
  readonly secret: string;
  /** `otpauth://…`, as apps read it */
  readonly uri: string;
  /** The same as a picture: SVG */
  readonly qr_code: string;
  /** Seconds in which a code has to confirm it */
  readonly expires_in: number;
}

/** Answer to a factor that was confirmed. */
export interface AddedFactor {
  /** Only with the first factor */
  readonly recovery_codes?: readonly string[];
}

/** New recovery codes. */
export interface RecoveryCodes {
  /** Shown this once: each signs in in place of the second factor, and only once */
  readonly recovery_codes: readonly string[];
}

/** One of `GET /v1/me/factors`. */
export interface ListedFactor {
  readonly kind: 'totp' | 'sms' | 'email';
  /** Where codes go, but for its last two digits */
  readonly target?: string;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly created_at: number;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly last_used_at?: number;
}

/** Answer to `GET /v1/me/factors`. */
export interface FactorList {
  readonly factors: readonly ListedFactor[];
  readonly recovery_codes_left: number;
  /** Devices that are not asked for a second factor */
  readonly remembered_devices: number;
}

/** One line of `GET /v1/me/passkeys`. */
export interface Passkey {
  readonly id: string;
  /** Name for people, on one line */
  readonly name: string;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly created_at: number;
  readonly last_used_at: number | null;
  readonly transports: readonly string[];
  /** Whether it may be copied to other devices of its owner */
  readonly backup_eligible: boolean;
  /** Whether it was, when it was last used */
  readonly backed_up: boolean;
  /** Model of the authenticator; zeros where it does not say */
  readonly aaguid: string;
}

/** `AuthenticationResponseJSON` of WebAuthn. */
export interface PasskeyAssertion {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: PasskeyAssertionResponse;
}

/** What an authenticator signed. */
export interface PasskeyAssertionResponse {
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle?: string | null;
}

/** One line of `GET /v1/me/sessions`. */
export interface DeviceSession {
  readonly id: string;
  /** Whether it is the one that asks */
  readonly current: boolean;
  readonly client_id: string;
  /** From where it was last used */
  readonly address: string;
  readonly user_agent: string | null;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly created_at: number;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly last_used_at: number;
  /** Seconds since 1970-01-01T00:00:00Z */
  readonly expires_at: number;
}

export interface RegisterInput {
  /** E-mail address */
  readonly email: string;
  /** At most 1024 bytes in UTF-8 */
  readonly password: string;
  /** Letters and digits, with . _ - between them; unique without regard to case */
  readonly username?: string;
  /** Name for people, on one line */
  readonly name?: string;
  /** Out of a mailed invitation, which is good for its own address */
  readonly invite?: string;
}

export interface LogInInput {
  /** E-mail address or user name */
  readonly identifier: string;
  /** At most 1024 bytes in UTF-8 */
  readonly password: string;
  /** Default: `body`. With `cookie` the call must come from the same origin */
  readonly storage?: 'body' | 'cookie';
  /** One that is still held: its session ends */
  readonly refresh_token?: string;
  /** Of a device that was remembered: it is not asked for a second factor */
  readonly device_token?: string;
  /** Asks for two factors, also where one would do (RFC 9470 step-up) */
  readonly acr?: 'aal2';
}

export interface RefreshInput {
  /** Absent: the cookie is used */
  readonly refresh_token?: string;
}

export interface LogOutInput {
  /** Absent: the cookie is used */
  readonly refresh_token?: string;
}

export interface ChangePasswordInput {
  /** At most 1024 bytes in UTF-8 */
  readonly current_password: string;
  /** At most 1024 bytes in UTF-8 */
  readonly new_password: string;
  /** Default: `cookie` when the call carries the cookie, else `body` */
  readonly storage?: 'body' | 'cookie';
}

export interface DeleteAccountInput {
  /** At most 1024 bytes in UTF-8 */
  readonly password: string;
}

export interface FinishSecondFactorInput {
  /** As the answer to the first proof gave it */
  readonly challenge_id: string;
  readonly factor: 'passkey' | 'totp' | 'sms' | 'email' | 'recovery_code';
  /** For every factor but `passkey` */
  readonly code?: string;
  /** For `passkey`, whose options name the `challenge_id` of this sign-in */
  readonly credential?: PasskeyAssertion;
  /** Default: `body`. With `cookie` the call must come from the same origin */
  readonly storage?: 'body' | 'cookie';
  /** One that is still held: its session ends */
  readonly refresh_token?: string;
  /** Whether this device is not to be asked again, for as long as the settings of the server allow */
  readonly remember_device?: boolean;
}

export interface FactorConfirmationInput {
  readonly code: string;
}
