import { Secret } from '../base/secret.ts';
import { readCatalogues } from '../texts/read-catalogues.ts';
import type { Catalogues } from '../texts/texts.ts';
import { isLoopback } from './is-loopback.ts';
import { readMailFrom } from './message-addresses.ts';
import type { MessageSettings, SmsSettings, SmtpSettings } from './message-settings.ts';
import type { FilledSettingValues, SettingProblem } from './settings.ts';

type Derived = Pick<MessageSettings, 'smtpUrl' | 'smsWebhookSecret' | 'smtp' | 'sms' | 'catalogues'>;

/** How settings of messages fit together. What does not goes into `problems`. */
export function completeMessages(values: FilledSettingValues, problems: SettingProblem[]): Derived {
  const { smtpUrl, smsWebhookSecret } = values;
  return {
    smtpUrl: smtpUrl === undefined ? undefined : new Secret(smtpUrl),
    smsWebhookSecret: smsWebhookSecret === undefined ? undefined : new Secret(smsWebhookSecret),
    smtp: readSmtp(values, problems),
    sms: readSms(values, problems),
    catalogues: readTexts(values, problems),
  };
}

const implicitTlsPort = 465; // RFC 8314 §7.3
const submissionPort = 587; // RFC 6409 §3.1

function readSmtp(values: FilledSettingValues, problems: SettingProblem[]): SmtpSettings | undefined {
  const { smtpUrl, mailFrom } = values;
  if (smtpUrl === undefined) {
    if (mailFrom !== undefined) problems.push({ name: 'smtpUrl', message: 'is missing beside mailFrom' });
    return undefined;
  }
  const from = readMailFrom(mailFrom ?? '');
  if (from === undefined) {
    problems.push({
      name: 'mailFrom',
      message: 'is required with smtpUrl: the address that mail comes from',
    });
    return undefined;
  }
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const isImplicit = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isImplicit ? implicitTlsPort : submissionPort) : Number(port),
    login:
      username === ''
        ? undefined
        : { user: decodeURIComponent(username), password: new Secret(decodeURIComponent(password)) },
    tls: chooseTls(values, { isImplicit, hostname }),
    from,
  };
}

function chooseTls(
  { dangerAllowPlainSmtp }: FilledSettingValues,
  { isImplicit, hostname }: { readonly isImplicit: boolean; readonly hostname: string },
): SmtpSettings['tls'] {
  if (isImplicit) return 'from-start';
  if (isLoopback(hostname)) return 'none';
  return dangerAllowPlainSmtp ? 'if-offered' : 'required';
}

const carriers: Readonly<Record<'twilio' | 'vonage', string>> = {
  twilio: 'https://api.twilio.com',
  vonage: 'https://rest.nexmo.com',
};

function readSms(values: FilledSettingValues, problems: SettingProblem[]): SmsSettings | undefined {
  const { smsAdapter: adapter, smsWebhookUrl, smsWebhookSecret, smsAccount, smsFrom, smsCountries } = values;
  const given = { smsWebhookUrl, smsWebhookSecret, smsAccount, smsFrom };
  if (adapter === 'webhook' && Object.values(given).every((value) => value === undefined)) return undefined;
  const needed =
    adapter === 'webhook'
      ? (['smsWebhookUrl', 'smsWebhookSecret'] as const)
      : (['smsWebhookSecret', 'smsAccount', 'smsFrom'] as const);
  const missing = needed.filter((name) => given[name] === undefined);
  for (const name of missing) problems.push({ name, message: `is required with the SMS adapter ${adapter}` });
  if (adapter === 'webhook' && !isWebhookSecret(smsWebhookSecret)) {
    problems.push({
      name: 'smsWebhookSecret',
      message: 'must be whsec_ and 24 to 64 random bytes in base64',
    });
  }
  // Off until countries are named: A-190.
  if (smsWebhookSecret === undefined || missing.length > 0 || smsCountries.length === 0) return undefined;
  return {
    adapter,
    url: smsWebhookUrl ?? (adapter === 'webhook' ? '' : carriers[adapter]),
    secret: new Secret(smsWebhookSecret),
    account: smsAccount ?? '',
    from: smsFrom ?? '',
    countries: smsCountries,
  };
}

/** @see Standard Webhooks, "Signature scheme": 24 to 64 bytes. */
function isWebhookSecret(text: string | undefined): boolean {
  if (text === undefined) return true;
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const { length = 0 } = encoded === undefined ? {} : Buffer.from(encoded, 'base64');
  return length >= 24 && length <= 64;
}

function readTexts({ texts }: FilledSettingValues, problems: SettingProblem[]): Catalogues {
  const read = readCatalogues(typeof texts === 'string' ? parseJson(texts) : texts);
  if (read.kind === 'read') return read.catalogues;
  problems.push({ name: 'texts', message: read.message });
  return new Map();
}

/** @returns null for what is none, which is no object either */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
