import { isIP } from 'node:net';
import { z } from 'zod';
import type { RegistrationMode } from '../base/house.ts';
import type { LogLevel } from '../base/log.ts';
import type { EnrichAccessToken, OnAuditEvent } from '../base/own-functions.ts';
import type { Secret } from '../base/secret.ts';
import {
  functionNames,
  type MessageSettings,
  messageShape,
  type MessageSettingValues,
  type OptionalMessageSettings,
  withEveryMessageName,
} from './message-settings.ts';
import {
  type OptionalPageSettings,
  type PageSettings,
  type PageSettingValues,
  pageShape,
  withEveryPageName,
} from './page-settings.ts';
import { line, lineList, whole } from './setting-forms.ts';

/** The settings after everything was read, completed and checked. */
export interface Settings extends MessageSettings, PageSettings {
  readonly mode: 'development' | 'production';
  readonly issuer: string;
  readonly audience: string;
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  /** Absolute path that `databaseUrl` names. */
  readonly databaseFile: string;
  /** 32 bytes. */
  readonly masterKey: Secret<Uint8Array>;
  /** PEM texts; absent when a trusted proxy provides HTTPS. */
  readonly tls: { readonly cert: string; readonly key: Secret } | undefined;
  /** Addresses in CIDR form. */
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly registration: RegistrationMode;
  readonly magicLink: boolean;
  /** A domain: the issuer's host or a parent of it. */
  readonly passkeyRpId: string;
  /** Beside the issuer. */
  readonly passkeyOrigins: readonly string[];
  readonly defaultRole: string;
  readonly accessTokenSeconds: number;
  readonly sessionIdleSeconds: number;
  readonly sessionMaxSeconds: number;
  readonly maxSessionsOfUser: number;
  readonly recentSignInSeconds: number;
  readonly rolesRequiringSecondFactor: readonly string[];
  readonly signingAlgorithm: SigningAlgorithm;
  /** Present exactly with HS256; at least 32 bytes. */
  readonly signingSecret: Secret<Uint8Array> | undefined;
  readonly keyRotationDays: number;
  readonly logLevel: LogLevel;
  readonly shutdownSeconds: number;
  readonly argon2MemoryKib: number;
  readonly argon2Passes: number;
  readonly emailCodes: boolean;
  readonly rememberDeviceDays: number;
  /** Absolute path. */
  readonly breachedPasswordsFile: string | undefined;
  readonly breachedPasswordsUrl: string | undefined;
  readonly dangerAllowPrivateWebhooks: boolean;
  readonly enrichAccessToken: EnrichAccessToken | undefined;
  readonly onAuditEvent: OnAuditEvent | undefined;
  readonly relayClientId: string | undefined;
  readonly relayClientSecret: Secret | undefined;
  readonly relayUpstream: string | undefined;
}

/** What `countersign relay` runs with. */
export interface RelaySettings
  extends Pick<
    Settings,
    | 'mode'
    | 'issuer'
    | 'audience'
    | 'port'
    | 'host'
    | 'tls'
    | 'trustedProxies'
    | 'logLevel'
    | 'shutdownSeconds'
  > {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Another relay's base address; undefined: the issuer itself. */
  readonly upstream: string | undefined;
}

export type SigningAlgorithm = 'ES256' | 'RS256' | 'Ed25519' | 'HS256';

/**
 * What can be set, in `countersign.config.ts` by these names, in the environment
 * as `COUNTERSIGN_` and the name in capitals (`accessTokenSeconds` is
 * `COUNTERSIGN_ACCESS_TOKEN_SECONDS`).
 */
export interface SettingValues extends MessageSettingValues, PageSettingValues {
  /** `development` allows plain HTTP and makes its own master key. Default: `production`. */
  mode?: 'development' | 'production';
  /**
   * Origin under which clients reach the server, without a path; the `iss` of every token.
   * Required in production, there with `https:`. Default in development: `http://localhost:` and the port.
   */
  issuer?: string;
  /** The `aud` of access tokens. Default: the issuer. */
  audience?: string;
  /** Default: 4000. 0 lets the system choose; the issuer must then be given. */
  port?: number;
  /** Address to listen on. Default: `127.0.0.1`. */
  host?: string;
  /** `sqlite:` and a path, relative to the working directory. Default: `sqlite:./data/countersign.db`. */
  databaseUrl?: string;
  /**
   * 32 random bytes in base64url (43 characters); wraps private keys in the database.
   * Required in production. Default in development: made once in `./data/master.key`.
   */
  masterKey?: string;
  /** PEM certificate chain for the built-in HTTPS, the text itself; a path goes into `tlsCertFile`. */
  tlsCert?: string;
  /** PEM private key of that certificate, the text itself; a path goes into `tlsKeyFile`. */
  tlsKey?: string;
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed; no other forwarding header ever is. Default: none. */
  trustedProxies?: readonly string[];
  /** Origins whose pages may call the API. Default: none. */
  corsOrigins?: readonly string[];
  /**
   * Who may open an account: `open` anybody, `verify-first` whoever proves the mailbox first, `invite` and `closed`
   * nobody; an invitation opens one in every mode, and `invite` makes sure that there is mail for it. Default: `open`
   * in development; in production `verify-first` where there is mail, else `closed`.
   */
  registration?: RegistrationMode;
  /** Whether a mailed link signs in. Default: false. */
  magicLink?: boolean;
  /**
   * The domain that passkeys are made for: a parent of the issuer's host, for instance. Default: the issuer's host.
   * Passkeys that exist work for their domain alone: a change makes them useless.
   */
  passkeyRpId?: string;
  /** Origins beside the issuer's whose pages or applications may use passkeys. Default: none. */
  passkeyOrigins?: readonly string[];
  /** Role of a new account. Default: `user`. */
  defaultRole?: string;
  /** Lifetime of access tokens, 30 to 3600. Default: 300. */
  accessTokenSeconds?: number;
  /** A session that is not renewed for so long ends. Default: 1209600 (14 days). */
  sessionIdleSeconds?: number;
  /** A session ends after so long in any case. Default: 7776000 (90 days). */
  sessionMaxSeconds?: number;
  /** Open sessions of one user, 1 to 10000: one more ends the one that was not used for the longest time. Default: 100. */
  maxSessionsOfUser?: number;
  /** How fresh an administrator's sign-in must be to change another's password or address. Default: 300. */
  recentSignInSeconds?: number;
  /**
   * Roles that only a sign-in with two factors gives: tokens of other sessions do not have them. Recommended in
   * production: `admin`. Default: none.
   */
  rolesRequiringSecondFactor?: readonly string[];
  /** Default: `ES256`. `HS256` shares one secret with every verifier. */
  signingAlgorithm?: SigningAlgorithm;
  /** Only with HS256: at least 32 random bytes in base64url. */
  signingSecret?: string;
  /** Age at which the signing key is replaced. Default: 30. */
  keyRotationDays?: number;
  /** Least important lines that are written. Default: `info`. */
  logLevel?: LogLevel;
  /** How long open requests may take to finish after SIGTERM. Default: 10. */
  shutdownSeconds?: number;
  /** Memory of one password hash. Default: 19456. */
  argon2MemoryKib?: number;
  /** Passes of one password hash. Default: 2. */
  argon2Passes?: number;
  /** Whether codes by mail are a second factor. They prove the mailbox, and never more than that. Default: true. */
  emailCodes?: boolean;
  /** How long a device is not asked for a second factor again, when its user wishes so. Default: 0, which is never; at most 30. */
  rememberDeviceDays?: number;
  /** A filter of leaked passwords that nobody may choose, made by `countersign passwords build-filter`. Default: none. */
  breachedPasswordsFile?: string;
  /** A service that is asked for leaked passwords by five digits of their hash, such as `https://api.pwnedpasswords.com/range`. Default: none. */
  breachedPasswordsUrl?: string;
  /** Lets webhooks call addresses of inner networks: whoever may register one can reach what the server can. Default: false. */
  dangerAllowPrivateWebhooks?: boolean;
  /**
   * Claims to add to access tokens, at sign-in and refresh: plain JSON, under names with a dot, colon or slash, within a
   * second. Only in `countersign.config.ts`.
   */
  enrichAccessToken?: EnrichAccessToken;
  /** Told of each row of the audit table once it is committed. Only in `countersign.config.ts`. */
  onAuditEvent?: OnAuditEvent;
  /** Only for `countersign relay`: its client at the issuer, which has the scope `revocations:read`. */
  relayClientId?: string;
  /** Only for `countersign relay`: the secret of that client. */
  relayClientSecret?: string;
  /** Only for `countersign relay`: another relay to follow, such as `https://relay.example.com/revocations`. Default: the issuer. */
  relayUpstream?: string;
}

export type SettingName = keyof SettingValues;

/** The same, where every name may end in `File`: the value is then the content of that file. */
export type SettingsInput = SettingValues & {
  [Name in Exclude<
    SettingName,
    'sendMessage' | 'enrichAccessToken' | 'onAuditEvent'
  > as `${Name}File`]?: string;
};

/** Types the default export of `countersign.config.ts`. Checks nothing: the start does. */
export function defineSettings(input: SettingsInput): SettingsInput {
  return input;
}

const pem = z
  .string()
  .max(65_536, 'is too long')
  .startsWith('-----BEGIN ', 'must be a PEM text, or use the form with a file');
const choice = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, `must be one of ${names.join(', ')}`);

const ownFunction = <Form>() =>
  z
    .custom<Form>((value) => typeof value === 'function', 'must be a function, in countersign.config.ts')
    .optional();

const day = 86_400;

const form = z.strictObject({
  mode: choice(['development', 'production']).default('production'),
  issuer: line
    .refine(
      isOrigin,
      'must be an origin such as https://auth.example.com: no path, query, fragment or final slash',
    )
    .optional(),
  audience: line.optional(),
  port: whole(0, 65_535).default(4000),
  host: line.default('127.0.0.1'),
  databaseUrl: line
    .refine(
      (url) => !/^postgres(ql)?:/.test(url),
      'postgres is not yet supported by this version; use sqlite:<path>',
    )
    .refine((url) => /^(postgres(ql)?|sqlite):/.test(url), 'must be sqlite:<path>')
    .refine((url) => !/^sqlite:(:memory:|\/\/.*|\?.*)?$/.test(url), 'must be sqlite:<path> and name a file')
    .default('sqlite:./data/countersign.db'),
  masterKey: line.optional(),
  tlsCert: pem.optional(),
  tlsKey: pem.optional(),
  trustedProxies: lineList(
    isNetwork,
    'must be addresses or CIDR ranges such as 10.0.0.0/8; a range of /0 would believe everyone',
  ).default([]),
  corsOrigins: lineList(
    isOrigin,
    'must be origins such as https://app.example.com; name each one, there is no wildcard',
  ).default([]),
  registration: choice(['open', 'verify-first', 'invite', 'closed']).optional(),
  magicLink: z.boolean('must be true or false').default(false),
  passkeyRpId: line
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be a domain such as example.com, in lower case',
    )
    .optional(),
  passkeyOrigins: lineList(
    isPasskeyOrigin,
    'must be origins such as https://app.example.com, or android:apk-key-hash: and 43 characters; name each one',
  ).default([]),
  defaultRole: line.regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters').default('user'),
  accessTokenSeconds: whole(30, 3600).default(300),
  sessionIdleSeconds: whole(60, 400 * day).default(14 * day),
  sessionMaxSeconds: whole(60, 400 * day).default(90 * day),
  maxSessionsOfUser: whole(1, 10_000).default(100),
  recentSignInSeconds: whole(30, day).default(300),
  rolesRequiringSecondFactor: lineList(
    (name) => /^[a-z][a-z0-9_-]{0,63}$/.test(name),
    'must be names of roles: lower-case letters, digits, _ and -, beginning with a letter',
  ).default([]),
  signingAlgorithm: choice(['ES256', 'RS256', 'Ed25519', 'HS256']).default('ES256'),
  signingSecret: line.optional(),
  keyRotationDays: whole(1, 365).default(30),
  logLevel: choice(['info', 'warn', 'error']).default('info'),
  shutdownSeconds: whole(1, 600).default(10),
  argon2MemoryKib: whole(8, 4_194_304).default(19_456),
  argon2Passes: whole(1, 100).default(2),
  emailCodes: z.boolean('must be true or false').default(true),
  rememberDeviceDays: whole(0, 30).default(0),
  breachedPasswordsFile: line.optional(),
  breachedPasswordsUrl: line
    .refine(
      isAddress,
      'must be an address such as https://api.pwnedpasswords.com/range, without query and final slash',
    )
    .refine(isPrivateCall, 'must begin with https:, unless it is on this machine')
    .optional(),
  dangerAllowPrivateWebhooks: z.boolean('must be true or false').default(false),
  ...messageShape,
  enrichAccessToken: ownFunction<EnrichAccessToken>(),
  onAuditEvent: ownFunction<OnAuditEvent>(),
  ...pageShape,
  relayClientId: line.optional(),
  relayClientSecret: line.optional(),
  relayUpstream: line
    .refine(
      isAddress,
      'must be an address such as https://relay.example.com/revocations, without query and final slash',
    )
    .optional(),
});

/** One wrong setting. Names it and the way out, never its value. */
export interface SettingProblem {
  /** As in `SettingValues`, or the unknown name as it was written. */
  readonly name: string;
  readonly message: string;
}

type Filled = Required<Omit<SettingValues, OptionalName>> & {
  [Name in OptionalName]: SettingValues[Name] | undefined;
};
type OptionalName =
  | keyof OptionalMessageSettings
  | keyof OptionalPageSettings
  | 'issuer'
  | 'audience'
  | 'masterKey'
  | 'tlsCert'
  | 'tlsKey'
  | 'passkeyRpId'
  | 'registration'
  | 'signingSecret'
  | 'breachedPasswordsFile'
  | 'breachedPasswordsUrl'
  | 'enrichAccessToken'
  | 'onAuditEvent'
  | 'relayClientId'
  | 'relayClientSecret'
  | 'relayUpstream';

export type { Filled as FilledSettingValues };

/**
 * Checks each value by itself and fills the defaults that do not depend on others.
 * Does NOT check how values fit together: `completeSettings` does.
 */
export function readSettingValues(
  values: Readonly<Record<string, unknown>>,
):
  | { readonly kind: 'read'; readonly values: Filled }
  | { readonly kind: 'wrong'; readonly problems: readonly SettingProblem[] } {
  const parsed = form.safeParse(values);
  if (parsed.success) return { kind: 'read', values: withEveryName(parsed.data) };
  return {
    kind: 'wrong',
    problems: parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((name) => ({ name, message: 'is not a setting' }))
        : [{ name: String(issue.path[0]), message: lowerFirst(issue.message) }],
    ),
  };
}

/** Those that texts can hold; `functionNames` are the others. */
export const settingNames: readonly string[] = Object.keys(form.shape).filter(
  (name) => !functionNames.includes(name),
);

const integerNames = new Set(
  settingNames.filter((name) => /^port$|Seconds$|Days$|^max|Kib$|Passes$|Per(Hour|Day)$/.test(name)),
);
const listNames: ReadonlySet<string> = new Set([
  'trustedProxies',
  'corsOrigins',
  'smsCountries',
  'rolesRequiringSecondFactor',
  'passkeyOrigins',
]);

/** The environment and files hold texts: decimal digits become numbers, commas separate lists. */
export function parseSettingText(name: string, text: string): unknown {
  if (integerNames.has(name)) return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (isSwitch(name) && /^(true|false)$/.test(text)) return text === 'true';
  if (listNames.has(name)) return text.split(',').map((entry) => entry.trim());
  return text;
}

function isSwitch(name: string): boolean {
  return name.startsWith('danger') || name === 'emailCodes' || name === 'magicLink';
}

/** `COUNTERSIGN_` and the name in capitals. */
export function environmentName(name: string): string {
  return `COUNTERSIGN_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

type Parsed = z.output<typeof form>;

function withEveryName(data: Parsed): Filled {
  return {
    ...data,
    ...withEveryMessageName(data),
    ...withEveryPageName(data),
    issuer: data.issuer,
    audience: data.audience,
    masterKey: data.masterKey,
    tlsCert: data.tlsCert,
    tlsKey: data.tlsKey,
    passkeyRpId: data.passkeyRpId,
    registration: data.registration,
    signingSecret: data.signingSecret,
    breachedPasswordsFile: data.breachedPasswordsFile,
    breachedPasswordsUrl: data.breachedPasswordsUrl,
    enrichAccessToken: data.enrichAccessToken,
    onAuditEvent: data.onAuditEvent,
    relayClientId: data.relayClientId,
    relayClientSecret: data.relayClientSecret,
    relayUpstream: data.relayUpstream,
  };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text;
}

/** As browsers and Android write the `origin` of client data. */
function isPasskeyOrigin(text: string): boolean {
  return (isOrigin(text) && !text.includes('*')) || /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/.test(text);
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, href } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && href === text && !/[?#]|\/$/.test(text);
}

/** Nobody on the way learns or changes what is asked. */
function isPrivateCall(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
