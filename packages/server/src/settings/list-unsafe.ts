import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isLoopback } from './is-loopback.ts';
import { findFileExposure } from './setting-file.ts';
import type { RelaySettings, Settings } from './settings.ts';

type TransportSettings = Pick<Settings, 'mode' | 'issuer' | 'tls' | 'trustedProxies'>;

/** One thing that is unsafe in settings that are well formed. */
export interface UnsafeSetting {
  readonly name: string;
  /** `refused` stops a start. */
  readonly weight: 'refused' | 'warning';
  /** What is unsafe and the way out; never a value. */
  readonly message: string;
  /** The clause or reason behind it. */
  readonly because: string;
}

/**
 * What is unsafe about settings, for the start and for `countersign doctor`.
 *
 * @param files  absolute path of each value that came out of a file
 * @param nowMs  for the certificate's dates
 */
export function listUnsafe(
  settings: Settings,
  files: Readonly<Record<string, string>>,
  nowMs: number,
): readonly UnsafeSetting[] {
  return [
    ...listUnsafeTransport(settings),
    ...listUnsafeReach(settings),
    ...listUnsafeTls(settings, nowMs),
    ...listExposedFiles(settings, files),
    ...listWeakHashing(settings),
    ...listRemarks(settings),
    ...listUnsafeMessages(settings),
  ];
}

/** The same for a relay. */
export function listUnsafeRelay(
  settings: RelaySettings,
  files: Readonly<Record<string, string>>,
  nowMs: number,
): readonly UnsafeSetting[] {
  return [
    ...listUnsafeTransport(settings),
    ...listUnsafeTls(settings, nowMs),
    ...listExposedFiles(settings, files),
    ...listUnsafeUpstream(settings),
  ];
}

/** The relay's own credential goes there. */
function listUnsafeUpstream({ upstream, mode }: RelaySettings): UnsafeSetting[] {
  if (upstream === undefined || upstream.startsWith('https:') || isLoopback(new URL(upstream).hostname))
    return [];
  return [
    {
      name: 'relayUpstream',
      weight: mode === 'production' ? 'refused' : 'warning',
      message: 'is plain http on a name that is not this machine',
      because: 'RFC 6750 §5.3: bearer tokens are only sent over TLS',
    },
  ];
}

function listUnsafeTransport(settings: TransportSettings): UnsafeSetting[] {
  const found: UnsafeSetting[] = [];
  const isProduction = settings.mode === 'production';
  const isPlain = settings.issuer.startsWith('http:');
  if (isPlain && isProduction) {
    found.push({
      name: 'issuer',
      weight: 'refused',
      message: 'must begin with https: in production',
      because: 'RFC 8414 §2: an issuer uses the https scheme',
    });
  } else if (isPlain && !isLoopback(new URL(settings.issuer).hostname)) {
    found.push({
      name: 'issuer',
      weight: 'warning',
      message: 'is plain http on a name that is not this machine: passwords cross the network readable',
      because: 'RFC 6750 §5.3: bearer tokens are only sent over TLS',
    });
  }
  if (isProduction && settings.tls === undefined && settings.trustedProxies.length === 0) {
    found.push({
      name: 'trustedProxies',
      weight: 'refused',
      message:
        'and the certificate are both absent: set COUNTERSIGN_TLS_CERT_FILE and COUNTERSIGN_TLS_KEY_FILE, or name the proxy that provides HTTPS',
      because: 'RFC 6749 §1.6 and §3.2: TLS is required wherever credentials pass',
    });
  }
  return found;
}

/** Who can get at the server, and from which pages. */
function listUnsafeReach(settings: Settings): UnsafeSetting[] {
  const found: UnsafeSetting[] = [];
  const isProduction = settings.mode === 'production';
  if (!isProduction && !isLoopback(settings.host)) {
    found.push({
      name: 'host',
      weight: 'warning',
      message: 'lets others reach a server in development mode; listen on 127.0.0.1 or use production mode',
      because: 'development mode accepts plain http and opens registration',
    });
  }
  for (const origin of settings.corsOrigins) {
    if (isProduction && origin.startsWith('http:') && !isLoopback(new URL(origin).hostname)) {
      found.push({
        name: 'corsOrigins',
        weight: 'refused',
        message: 'names a plain http origin; whoever changes that page on its way can call the API',
        because: 'Fetch standard, CORS protocol: a permitted origin reads every answer',
      });
    }
  }
  for (const origin of settings.passkeyOrigins) {
    if (isProduction && origin.startsWith('http:') && !isLoopback(new URL(origin).hostname)) {
      found.push({
        name: 'passkeyOrigins',
        weight: 'refused',
        message: 'names a plain http origin; browsers have no passkeys there',
        because: 'WebAuthn level 3 §13.4.9: only origins that are expected, and secure',
      });
    }
  }
  return found;
}

function listUnsafeTls(settings: Pick<Settings, 'tls'>, nowMs: number): UnsafeSetting[] {
  if (settings.tls === undefined) return [];
  const because = 'the built-in HTTPS could not answer anybody';
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(settings.tls.cert);
  } catch {
    return [{ name: 'tlsCert', weight: 'refused', message: 'holds no readable certificate', because }];
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(settings.tls.key.reveal()))) {
      return [{ name: 'tlsKey', weight: 'refused', message: 'does not belong to the certificate', because }];
    }
  } catch {
    return [{ name: 'tlsKey', weight: 'refused', message: 'holds no readable private key', because }];
  }
  const endsInMs = certificate.validToDate.getTime() - nowMs;
  if (endsInMs <= 0) return [{ name: 'tlsCert', weight: 'refused', message: 'has expired', because }];
  if (endsInMs < 14 * 86_400_000) {
    return [{ name: 'tlsCert', weight: 'warning', message: 'expires within 14 days', because }];
  }
  return [];
}

const secretNames = [
  'masterKey',
  'tlsKey',
  'signingSecret',
  'relayClientSecret',
  'smtpUrl',
  'smsWebhookSecret',
];

/** A group's read right is how orchestrators hand files to a user that is not root. */
function listExposedFiles(
  settings: Pick<Settings, 'mode'>,
  files: Readonly<Record<string, string>>,
): UnsafeSetting[] {
  return secretNames.flatMap((name): UnsafeSetting[] => {
    const path = files[name];
    const exposure = path === undefined ? 'owner' : findFileExposure(path);
    if (exposure === 'owner') return [];
    const isRefused = exposure === 'others may touch' && settings.mode === 'production';
    return [
      {
        name,
        weight: isRefused ? 'refused' : 'warning',
        message: `is in a file that ${exposure === 'group may read' ? 'its group may read' : 'others may touch'}; use mode 0600`,
        because: 'ASVS 13.3.2: access to secrets follows least privilege',
      },
    ];
  });
}

/** Memory in KiB that OWASP's Password Storage Cheat Sheet asks for, by passes, for Argon2id. */
const owaspMinimum: readonly (readonly [passes: number, memoryKib: number])[] = [
  [1, 47_104],
  [2, 19_456],
  [3, 12_288],
  [4, 9_216],
  [5, 7_168],
];

function listWeakHashing(settings: Settings): UnsafeSetting[] {
  const isEnough = owaspMinimum.some(
    ([passes, memoryKib]) => settings.argon2Passes >= passes && settings.argon2MemoryKib >= memoryKib,
  );
  if (isEnough) return [];
  return [
    {
      name: 'argon2MemoryKib',
      weight: settings.mode === 'production' ? 'refused' : 'warning',
      message: 'and argon2Passes are below the minimum; leave both out for 19456 KiB and 2 passes',
      because: 'OWASP Password Storage Cheat Sheet, Argon2id; RFC 9106 §4',
    },
  ];
}

function listRemarks(settings: Settings): UnsafeSetting[] {
  const found: UnsafeSetting[] = [];
  if (settings.dangerAllowPrivateWebhooks) {
    found.push({
      name: 'dangerAllowPrivateWebhooks',
      weight: 'warning',
      message: 'is on: whoever may register webhooks can make the server call inner addresses',
      because: 'ASVS 13.2.4: calls go to an allow-list; server-side request forgery (CWE-918)',
    });
  }
  if (settings.mode === 'production' && settings.rolesRequiringSecondFactor.length === 0) {
    found.push({
      name: 'rolesRequiringSecondFactor',
      weight: 'warning',
      message: 'is empty: one factor, often a password, is enough to be an administrator; recommended: admin',
      because: 'ASVS 8.4.2: administrative interfaces take several layers, not a password alone',
    });
  }
  if (settings.mode === 'production' && settings.signingAlgorithm === 'HS256') {
    found.push({
      name: 'signingAlgorithm',
      weight: 'warning',
      message: 'is HS256: every service that verifies can also forge; prefer ES256',
      because: 'RFC 7515 §10.5: with a MAC, whoever can verify can also sign',
    });
  }
  if (settings.mode === 'production' && settings.registration === 'open') {
    found.push({
      name: 'registration',
      weight: 'warning',
      message: 'is open: addresses are not verified, and a taken address is told apart from a free one',
      because: 'ASVS 6.3.8: valid users should not be deducible from registration',
    });
  }
  return found;
}

function listUnsafeMessages({ smtp, mode, smsWebhookUrl, smsWebhookSecret, sms }: Settings): UnsafeSetting[] {
  const found: UnsafeSetting[] = [];
  if (smtp?.tls === 'if-offered') {
    found.push({
      name: 'dangerAllowPlainSmtp',
      weight: mode === 'production' && smtp.login !== undefined ? 'refused' : 'warning',
      message:
        'is on: whoever stands between reads links that open accounts, and the password of the mail server',
      because: 'RFC 8314 §3: cleartext submission of mail is obsolete',
    });
  }
  if (sms === undefined && (smsWebhookUrl !== undefined || smsWebhookSecret !== undefined)) {
    found.push({
      name: 'smsCountries',
      weight: 'warning',
      message:
        'is empty, so that no SMS is sent; name the prefixes of numbers that may be sent to, such as +49',
      because: 'OWASP Multifactor Authentication Cheat Sheet: SMS pumping to expensive ranges',
    });
  }
  return found;
}
