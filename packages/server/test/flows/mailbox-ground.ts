import assert from 'node:assert/strict';
import type { House } from '../../src/base/house.ts';
import type { MessageTemplate, OutgoingMessage } from '../../src/base/messages.ts';
import type { SettingsInput } from '../../src/settings/settings.ts';
import type { TestServer } from '../../src/testing.ts';
import { sql } from '../../src/store/sql.ts';

/** Everything that was mailed, the newest first, once nothing more is on its way. */
export async function readMail(house: House): Promise<readonly OutgoingMessage[]> {
  await house.afterwards.settled();
  house.messages.wake();
  await house.messages.settled();
  return house.messages.shown ?? [];
}

/** The last message of a template to an address. */
export async function lastMail(
  house: House,
  template: MessageTemplate,
  to: string,
): Promise<OutgoingMessage> {
  const mail = await readMail(house);
  const found = mail.find((message) => message.template === template && message.recipient === to);
  assert.ok(found, `no ${template} to ${to}, but ${mail.map((one) => one.template).join()}`);
  return found;
}

/** The secret in the link of a message. */
export function tokenOf({ text }: OutgoingMessage): string {
  const [, token] = /\?token=([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/.exec(text) ?? [];
  assert.ok(token, `no link in ${text}`);
  return token;
}

export async function lastToken(house: House, template: MessageTemplate, to: string): Promise<string> {
  return tokenOf(await lastMail(house, template, to));
}

export const verifyFirst: { readonly settings: SettingsInput } = {
  settings: { registration: 'verify-first' },
};

export async function countRows(house: House, table: string): Promise<number> {
  const [row] = await house.store.read(
    sql<{ n: number }>`SELECT count(*) AS n FROM ${{ sql: table, parameters: [] }}`,
  );
  return row?.n ?? 0;
}

const tables = [
  'users',
  'passwords',
  'sessions',
  'challenges',
  'audit',
  'outbox',
  'attempts',
  'known_devices',
];

/** A secret stands in no line of the log but the one that stands in for mail, and in no row of the database. */
export async function checkNowhere({ house, logLines }: TestServer, secret: string): Promise<void> {
  const lines = logLines.filter((line) => !line.includes('"message.shown"'));
  assert.ok(!lines.some((line) => line.includes(secret)), 'in the log');
  for (const table of tables) {
    const rows = await house.store.read(sql`SELECT * FROM ${{ sql: table, parameters: [] }}`);
    assert.ok(!JSON.stringify(rows).includes(secret), `in ${table}`);
  }
}

/** No limits: for what comes a hundred times at once. */
export function roomy(house: House): House {
  return { ...house, limits: { spend() {} } };
}

export const aHundred: readonly number[] = Array.from({ length: 100 }, (_, n) => n);

/** How many of a hundred at once hold; every other one is refused with one of the codes. */
export async function countWinners(
  act: (n: number) => Promise<unknown>,
  codes: readonly string[],
): Promise<number> {
  const outcomes = await Promise.allSettled(aHundred.map(act));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.ok(codes.includes(outcome.reason.code), String(outcome.reason));
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}
