import { z } from 'zod';
import { isPhoneNumber } from '../base/mailbox.ts';
import type { SendMessage } from '../base/messages.ts';
import type { Secret } from '../base/secret.ts';
import type { Catalogues } from '../texts/texts.ts';
import { isHttpUrl, isSmtpUrl, readMailFrom } from './message-addresses.ts';
import { line, lineList, whole } from './setting-forms.ts';

/** Settings of mail, SMS and their texts. */
export interface MessageSettingValues {
  /**
   * `smtps://user:password@host` (TLS from the start, port 465) or `smtp://…` (STARTTLS required, port 587; to
   * this machine without TLS). Default: none; in development messages go to the log and to `/outbox`.
   */
  smtpUrl?: string;
  /** The sender: `auth@example.com` or `Example <auth@example.com>`. Required with `smtpUrl`. */
  mailFrom?: string;
  /** Lets `smtp://` go on without TLS where a server offers none. Default: false. */
  dangerAllowPlainSmtp?: boolean;
  /** `webhook`, or a carrier whose form is spoken. Default: `webhook`. */
  smsAdapter?: SmsAdapter;
  /** Where messages are posted to. Required for `webhook`; default for a carrier: its own address. */
  smsWebhookUrl?: string;
  /** `webhook`: `whsec_…`, signs each post. `twilio`: the auth token. `vonage`: the API secret. */
  smsWebhookSecret?: string;
  /** `twilio`: the account SID. `vonage`: the API key. */
  smsAccount?: string;
  /** Number or name that messages of a carrier come from; for `twilio` also a messaging service (`MG…`). */
  smsFrom?: string;
  /** Prefixes of numbers that may be sent to, such as `+49`. Default: none, which switches SMS off. */
  smsCountries?: readonly string[];
  /** Messages that one recipient can be sent on request, of each channel. Default: 5. */
  messagesPerRecipientPerHour?: number;
  /** The same for a day. Default: 20. */
  messagesPerRecipientPerDay?: number;
  /** All mails that are sent on request. Default: 1000. */
  mailsPerHour?: number;
  /** All SMS. Default: 100. */
  smsPerHour?: number;
  /** JSON: changed texts by language and key, and further languages. A path goes into `textsFile`. */
  texts?: string | Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Sends instead of SMTP and SMS. Only in `countersign.config.ts`. */
  sendMessage?: SendMessage;
}

/** Names whose value is a function: the environment cannot hold them. */
export const functionNames: readonly string[] = ['sendMessage', 'enrichAccessToken', 'onAuditEvent'];

/** What can be left out without a default. */
export type OptionalMessageSettings = Pick<
  MessageSettingValues,
  | 'smtpUrl'
  | 'mailFrom'
  | 'smsWebhookUrl'
  | 'smsWebhookSecret'
  | 'smsAccount'
  | 'smsFrom'
  | 'texts'
  | 'sendMessage'
>;

/** The same after everything was read, completed and checked. */
export interface MessageSettings {
  readonly smtpUrl: Secret | undefined;
  readonly mailFrom: string | undefined;
  readonly dangerAllowPlainSmtp: boolean;
  readonly smsAdapter: SmsAdapter;
  readonly smsWebhookUrl: string | undefined;
  readonly smsWebhookSecret: Secret | undefined;
  readonly smsAccount: string | undefined;
  readonly smsFrom: string | undefined;
  readonly smsCountries: readonly string[];
  readonly messagesPerRecipientPerHour: number;
  readonly messagesPerRecipientPerDay: number;
  readonly mailsPerHour: number;
  readonly smsPerHour: number;
  readonly sendMessage: SendMessage | undefined;
  /** Where mail goes out; none without `smtpUrl`. */
  readonly smtp: SmtpSettings | undefined;
  readonly sms: SmsSettings | undefined;
  readonly catalogues: Catalogues;
}

export type SmsAdapter = 'webhook' | 'twilio' | 'vonage';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly login: { readonly user: string; readonly password: Secret } | undefined;
  /** `required`: STARTTLS or nothing. `if-offered`: see `dangerAllowPlainSmtp`. `none`: to this machine. */
  readonly tls: 'from-start' | 'required' | 'if-offered' | 'none';
  readonly from: { readonly name: string; readonly address: string };
}

export interface SmsSettings {
  readonly adapter: SmsAdapter;
  readonly url: string;
  readonly secret: Secret;
  /** Empty for `webhook`, like `from`. */
  readonly account: string;
  readonly from: string;
  /** At least one. */
  readonly countries: readonly string[];
}

const textOrObject = z.union(
  [
    z.string().min(1, 'is empty').max(65_536, 'is too long'),
    z.record(z.string(), z.record(z.string(), z.string())),
  ],
  'must be JSON, or an object of texts by language',
);

/** Members of the form of all settings. */
export const messageShape = {
  smtpUrl: line
    .refine(
      isSmtpUrl,
      'must be smtp:// or smtps:// and a host, with user and password or neither, without a path',
    )
    .optional(),
  mailFrom: line
    .refine((text) => readMailFrom(text) !== undefined, 'must be one address, or a name and <one address>')
    .optional(),
  dangerAllowPlainSmtp: z.boolean('must be true or false').default(false),
  smsAdapter: z
    .enum(['webhook', 'twilio', 'vonage'], 'must be one of webhook, twilio, vonage')
    .default('webhook'),
  smsWebhookUrl: line
    .refine(isHttpUrl, 'must be an https: address, or http: on this machine; without a password in it')
    .optional(),
  smsWebhookSecret: line.optional(),
  smsAccount: line.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters and digits').optional(),
  smsFrom: line
    .refine(
      (text) => isPhoneNumber(text) || /^[A-Za-z0-9 ]{1,34}$/.test(text),
      'must be a number such as +491701234567, or a name of letters and digits',
    )
    .optional(),
  smsCountries: lineList(
    (prefix) => /^\+[1-9]\d{0,6}$/.test(prefix),
    'must be prefixes of numbers such as +49; there is no wildcard',
  ).default([]),
  messagesPerRecipientPerHour: whole(1, 1000).default(5),
  messagesPerRecipientPerDay: whole(1, 10_000).default(20),
  mailsPerHour: whole(1, 100_000).default(1000),
  smsPerHour: whole(1, 100_000).default(100),
  texts: textOrObject.optional(),
  sendMessage: z
    .custom<SendMessage>(
      (value) => typeof value === 'function',
      'must be a function, in countersign.config.ts',
    )
    .optional(),
} as const;

type EveryMessageName = {
  [Name in keyof OptionalMessageSettings]-?: OptionalMessageSettings[Name] | undefined;
};

/** `undefined` where nothing was given. */
export function withEveryMessageName(data: Partial<EveryMessageName>): EveryMessageName {
  return {
    smtpUrl: data.smtpUrl,
    mailFrom: data.mailFrom,
    smsWebhookUrl: data.smsWebhookUrl,
    smsWebhookSecret: data.smsWebhookSecret,
    smsAccount: data.smsAccount,
    smsFrom: data.smsFrom,
    texts: data.texts,
    sendMessage: data.sendMessage,
  };
}
