import type { MessageTemplate, MessageValues } from '../base/messages.ts';
import type { Texts } from '../texts/texts.ts';

/** What a text can hold is named after what it is made of: `{validFor}` of `validMinutes`. */
export interface FormattedValues {
  readonly fills: Readonly<Record<string, string>>;
  readonly link: string | undefined;
  readonly code: string | undefined;
}

interface Words {
  readonly language: string;
  readonly texts: Texts;
}

type FieldOf<Values> = Values extends unknown ? keyof Values : never;
type Field = Exclude<FieldOf<MessageValues[MessageTemplate]>, 'path'>;

/** How each member of `MessageValues` is written. Throws when the value has another type. */
const formats: Readonly<Record<Field, (value: unknown, words: Words) => readonly [string, string]>> = {
  validMinutes: (value, words) => ['validFor', writeDuration(readNumber(value), words)],
  atMs: (value, words) => ['at', writeTime(readNumber(value), words)],
  deletesAtMs: (value, words) => ['deletesAt', writeTime(readNumber(value), words)],
  left: (value) => ['left', String(readNumber(value))],
  code: (value) => ['code', readText(value)],
  newEmail: (value) => ['newEmail', readText(value)],
  address: (value) => ['address', tame(readText(value))],
  device: (value) => ['device', tame(readText(value))],
  name: (value) => ['name', tame(readText(value))],
  factor: (value, { texts }) => ['factor', nameFactor(readText(value), texts)],
};

/**
 * Values out of a row of the queue, as texts of one language.
 *
 * @param issuer  what the link begins with, whatever the path is
 * @throws Error when a member is unknown or has another type
 */
export function formatValues(values: unknown, issuer: string, words: Words): FormattedValues {
  if (typeof values !== 'object' || values === null) throw new Error('the values of a message are an object');
  const fills: Record<string, string> = { host: new URL(issuer).host };
  let link: string | undefined;
  for (const [field, value] of Object.entries(values)) {
    if (field === 'path') link = joinLink(readText(value), issuer);
    else if (isField(field)) {
      const [name, text] = formats[field](value, words);
      fills[name] = text;
    } else throw new Error('a message has a value that this version does not know');
  }
  return { fills, link, code: fills['code'] };
}

function isField(name: string): name is Field {
  return Object.hasOwn(formats, name);
}

function joinLink(path: string, issuer: string): string {
  const url = new URL(path, issuer);
  if (url.origin !== issuer) throw new Error('a link leaves the issuer');
  return url.href;
}

const maxTameCharacters = 80;

/**
 * A text that a stranger may have chosen, so that it is no line, no link and
 * turns no direction of reading: a name of a device is a place for bait.
 */
function tame(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\b\w+:\/+|\bwww\.|[<>@]/giu, ' ')
    .replace(/\.(?=\p{L})/gu, '. ')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, maxTameCharacters);
}

function nameFactor(kind: string, texts: Texts): string {
  const names: Readonly<Record<string, string>> = {
    'authenticator-app': texts['factor.authenticator-app'],
    'email-code': texts['factor.email-code'],
    'sms-code': texts['factor.sms-code'],
    'recovery-codes': texts['factor.recovery-codes'],
    passkey: texts['factor.passkey'],
  };
  const name = Object.hasOwn(names, kind) ? names[kind] : undefined;
  if (name === undefined) throw new Error('a message names a factor that this version does not know');
  return name;
}

const units = [
  ['day', 1440],
  ['hour', 60],
  ['minute', 1],
] as const;

/** In the largest unit that leaves nothing over. */
function writeDuration(minutes: number, { language }: Words): string {
  const [unit, size] = units.find(([, size]) => minutes % size === 0) ?? units[2];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(minutes / size);
}

function writeTime(atMs: number, { language }: Words): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${format.format(atMs)} UTC`;
}

function readNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new Error('a value of a message is no number');
  return value;
}

function readText(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a value of a message is no text');
  return value;
}
