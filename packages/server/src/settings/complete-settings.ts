import { resolve } from 'node:path';
import type { RegistrationMode } from '../base/house.ts';
import { Secret } from '../base/secret.ts';
import { completeMessages } from './complete-messages.ts';
import { findOrMakeMasterKey } from './master-key-file.ts';
import { readSecretBytes } from './secret-bytes.ts';
import type { FilledSettingValues, SettingProblem, Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

export interface Surroundings {
  /** What relative paths start from. */
  readonly directory: string;
  /** Whether a configuration file was looked for there and not found. */
  readonly lacksConfigFile?: boolean;
}

/**
 * Fills what depends on other settings and checks how values fit together.
 *
 * In development without a master key, makes `data/master.key`.
 * Does NOT refuse what is merely unsafe: `listUnsafe` names that.
 *
 * @throws SettingsError naming every problem found
 */
export function completeSettings(values: FilledSettingValues, surroundings: Surroundings): Settings {
  const problems: SettingProblem[] = [];
  const databaseFile = resolve(surroundings.directory, values.databaseUrl.slice('sqlite:'.length));
  const settings = {
    ...values,
    databaseFile,
    breachedPasswordsFile:
      values.breachedPasswordsFile === undefined
        ? undefined
        : resolve(surroundings.directory, values.breachedPasswordsFile),
    issuer: values.issuer ?? chooseIssuer(values, problems),
    audience: values.audience ?? values.issuer ?? chooseIssuer(values, []),
    registration: chooseRegistration(values, problems),
    passkeyRpId: values.passkeyRpId ?? new URL(values.issuer ?? chooseIssuer(values, [])).hostname,
    tls: readTls(values, problems),
    ...completeMessages(values, problems),
    signingSecret: readSigningSecret(values, problems),
    relayClientSecret:
      values.relayClientSecret === undefined ? undefined : new Secret(values.relayClientSecret),
  };
  if (!isPasskeyDomain(settings.passkeyRpId, settings.issuer)) {
    problems.push({ name: 'passkeyRpId', message: "must be the issuer's host, or a domain above it" });
  }
  if (values.sessionIdleSeconds > values.sessionMaxSeconds) {
    problems.push({ name: 'sessionIdleSeconds', message: 'must not be longer than sessionMaxSeconds' });
  }
  if (values.accessTokenSeconds > values.sessionIdleSeconds) {
    problems.push({ name: 'accessTokenSeconds', message: 'must not be longer than sessionIdleSeconds' });
  }
  // A new key is not made for a start that is refused anyway.
  const mayMakeKey = values.mode === 'development' && values.masterKey === undefined;
  const masterKey =
    mayMakeKey && problems.length > 0
      ? undefined
      : readMasterKey(values, { ...surroundings, databaseFile, problems });
  if (problems.length > 0 || masterKey === undefined) {
    throw new SettingsError(problems, suggestFile(values, surroundings));
  }
  const { tlsCert: _cert, tlsKey: _key, texts: _texts, ...kept } = settings;
  return { ...kept, masterKey };
}

/** In development messages are shown, so everything that needs mail works. */
function chooseRegistration(values: FilledSettingValues, problems: SettingProblem[]): RegistrationMode {
  const isDevelopment = values.mode === 'development';
  const canMail = isDevelopment || values.smtpUrl !== undefined || values.sendMessage !== undefined;
  const { registration } = values;
  if ((registration === 'verify-first' || registration === 'invite') && !canMail) {
    problems.push({
      name: 'registration',
      message: `is ${registration}, which needs mail: set smtpUrl, or choose open or closed`,
    });
  }
  if (registration !== undefined) return registration;
  if (isDevelopment) return 'open';
  return canMail ? 'verify-first' : 'closed';
}

/** Which of the domains above are anybody's to register is known to browsers: they refuse `com` and `co.uk`. */
function isPasskeyDomain(rpId: string, issuer: string): boolean {
  const host = new URL(issuer).hostname;
  return host === rpId || (rpId.includes('.') && host.endsWith(`.${rpId}`));
}

/** Production is what a folder without any settings means; whoever forgot the file learns of it here. */
function suggestFile(values: FilledSettingValues, surroundings: Surroundings): string | undefined {
  const isWanting = values.issuer === undefined || values.masterKey === undefined;
  if (values.mode !== 'production' || !isWanting || surroundings.lacksConfigFile !== true) return undefined;
  return `There is no countersign.config.ts in ${surroundings.directory}; for development, make one with: npx countersign init`;
}

function chooseIssuer(values: FilledSettingValues, problems: SettingProblem[]): string {
  if (values.mode === 'production') {
    problems.push({
      name: 'issuer',
      message: 'is required in production: the https origin that clients use',
    });
  } else if (values.port === 0) {
    problems.push({ name: 'issuer', message: 'is required when the system chooses the port' });
  }
  return `${values.tlsCert === undefined ? 'http' : 'https'}://localhost:${values.port}`;
}

/** Both halves of the built-in HTTPS, or none. */
export function readTls(values: FilledSettingValues, problems: SettingProblem[]): Settings['tls'] {
  const { tlsCert, tlsKey } = values;
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: tlsCert, key: new Secret(tlsKey) };
  if (tlsCert !== undefined) problems.push({ name: 'tlsKey', message: 'is missing beside the certificate' });
  if (tlsKey !== undefined) problems.push({ name: 'tlsCert', message: 'is missing beside the private key' });
  return undefined;
}

function readSigningSecret(
  values: FilledSettingValues,
  problems: SettingProblem[],
): Settings['signingSecret'] {
  const isShared = values.signingAlgorithm === 'HS256';
  if (values.signingSecret === undefined) {
    if (isShared) {
      problems.push({
        name: 'signingSecret',
        message: 'is required with HS256; make one with: countersign keys generate-secret',
      });
    }
    return undefined;
  }
  if (!isShared) {
    problems.push({
      name: 'signingSecret',
      message: 'is only used with the signing algorithm HS256; unset one of the two',
    });
    return undefined;
  }
  if (values.signingSecret === values.masterKey) {
    problems.push({ name: 'signingSecret', message: 'must not be the master key: verifiers get to know it' });
  }
  // RFC 7518 §3.2: a key of the same size as the hash output or larger.
  return keep('signingSecret', readSecretBytes(values.signingSecret, { min: 32, max: 512 }), problems);
}

interface MasterKeyContext extends Surroundings {
  readonly databaseFile: string;
  readonly problems: SettingProblem[];
}

function readMasterKey(
  values: FilledSettingValues,
  context: MasterKeyContext,
): Secret<Uint8Array> | undefined {
  const { problems } = context;
  let text = values.masterKey;
  if (text === undefined) {
    if (values.mode === 'production') {
      problems.push({
        name: 'masterKey',
        message:
          'is required in production: 32 random bytes in base64url, best kept in a file; make them with: countersign keys generate-secret',
      });
      return undefined;
    }
    const file = findOrMakeMasterKey(context.directory, context.databaseFile);
    if (file.kind === 'refused') {
      problems.push({ name: 'masterKey', message: file.message });
      return undefined;
    }
    text = file.text;
  }
  return keep('masterKey', readSecretBytes(text, { min: 32, max: 32 }), problems);
}

function keep(
  name: string,
  read: ReturnType<typeof readSecretBytes>,
  problems: SettingProblem[],
): Secret<Uint8Array> | undefined {
  if (read.kind === 'read') return read.secret;
  problems.push({ name, message: read.message });
  return undefined;
}
