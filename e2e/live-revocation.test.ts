import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { findFreePort } from '../packages/server/test/free-port.ts';
import { checkAccessible } from './accessibility.ts';
import { chromiumPath, openBrowser, takeScreenshot } from './open-browser.ts';
import { type RunningScript, runScript } from './run-script.ts';

const skip = chromiumPath === undefined ? 'there is no Chromium' : false;
let script: RunningScript;
let url: string;

before(async () => {
  const [pagePort, authPort] = await Promise.all([findFreePort(), findFreePort()]);
  url = `http://localhost:${pagePort}`;
  script = await runScript({
    words: ['run', 'live-revocation'],
    ready: 'Ctrl-C stops all of it.',
    environment: { LIVE_PORT: String(pagePort), LIVE_AUTH_PORT: String(authPort) },
  });
});

after(async () => {
  const end = await script.interrupt();
  assert.ok(end === 0 || end === 'SIGINT', `Ctrl-C ends everything, without an error: ${end}`);
  const origins = script.printed.match(/http:\/\/localhost:\d+/g) ?? [];
  assert.equal(origins.length, 4);
  for (const origin of origins) await assert.rejects(fetch(origin), `${origin} no longer listens`);
});

interface Look {
  readonly colorScheme?: 'dark' | 'light';
  readonly width?: number;
}

/** The page, alive: both APIs accept, both streams are open. */
async function openPage(browser: Browser, { colorScheme = 'light', width = 1200 }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => assert.fail(`the page failed: ${error.message}`));
  page.on('console', (message) => {
    assert.doesNotMatch(message.text(), /Content.Security.Policy/i);
  });
  page.on('request', (request) => assert.equal(new URL(request.url()).hostname, 'localhost'));
  await page.goto(url);
  await untilAccepted(page);
  return page;
}

const lane = (page: Page, kind: 'express' | 'http'): Locator => page.locator(`[data-api=${kind}]`);

async function untilAccepted(page: Page): Promise<void> {
  for (const kind of ['express', 'http'] as const) {
    await lane(page, kind).and(page.locator('[data-state=accepted]')).waitFor();
    await lane(page, kind).getByText('open', { exact: true }).waitFor();
  }
}

async function untilRefused(page: Page): Promise<void> {
  for (const kind of ['express', 'http'] as const) {
    await lane(page, kind).and(page.locator('[data-state=refused]')).waitFor();
    await lane(page, kind).getByText('closed', { exact: true }).waitFor();
  }
}

/** Presses, and waits for the record of it to be whole. @returns what it says */
async function press(page: Page, name: string, rest: RegExp): Promise<string> {
  const before = await page.locator('#records > li').count();
  await page.getByRole('button', { name, exact: true }).click();
  const record = page.locator('#records > li').first();
  await page.locator(`#records > li:nth-child(${before + 1})`).waitFor();
  await record.filter({ hasText: rest }).waitFor();
  await page
    .getByRole('status')
    .filter({ hasText: `${name}. Express refuses` })
    .waitFor();
  return await record.innerText();
}

/** First refusal, end of the stream, and the first answer to a new token. */
const renewedAtBoth = /Express\s*(?:\d+\sms\s*){3}node:http\s*(?:\d+\sms\s*){3}/;
const endedAtBoth = /Express\s*(?:\d+\sms\s*){2}–\s*node:http\s*(?:\d+\sms\s*){2}–/;

/** Long before the token expires, however busy the machine is. */
const longestMs = 5000;

/** A stream says when the guard knew. */
function checkStreamsEndedSoon(record: string): void {
  const closings = [...record.matchAll(/(?:Express|node:http)\s*\d+\sms\s*(\d+)\sms/g)];
  assert.equal(closings.length, 2);
  for (const [, ms] of closings) assert.ok(Number(ms) < longestMs, record);
}

test('acts that leave the session alone: the token dies at both APIs, and both loops go on with another', {
  skip,
}, async () => {
  await using browser = await openBrowser();
  const page = await openPage(browser);
  await checkAccessible(page, 'live revocation');
  await takeScreenshot(page, 'live');
  const names = ['Change a role', 'Revoke this token', 'Compromise the signing key', 'Everything'];
  const facts = page.locator('#facts');
  for (const name of names) {
    const before = await facts.innerText();
    const record = await press(page, name, renewedAtBoth);
    assert.match(record, /Event \d{16}/);
    checkStreamsEndedSoon(record);
    await untilAccepted(page);
    await page.waitForFunction((text) => document.querySelector('#facts')?.textContent !== text, before);
    if (name === 'Change a role') assert.match(await facts.innerText(), /roles reviewer and user/);
    if (name === 'Revoke this token') await takeScreenshot(page, 'live-revoked');
  }
  await page.getByText('2 of 2 guards confirmed').first().waitFor();
  await checkAccessible(page, 'live revocation, after four acts');
  await takeScreenshot(page, 'live-renewed');
});

test('acts that end the session: the copied token is refused until somebody signs in again', {
  skip,
}, async () => {
  await using browser = await openBrowser();
  const page = await openPage(browser);
  for (const [name, way] of [
    ['Sign out', 'Sign in again'],
    ['Disable the user', 'Enable the user and sign in again'],
  ] as const) {
    const record = await press(page, name, endedAtBoth);
    checkStreamsEndedSoon(record);
    await untilRefused(page);
    await checkAccessible(page, `live revocation, after ${name}`);
    await takeScreenshot(page, `live-${name.toLowerCase().replaceAll(' ', '-')}`);
    await page.getByRole('button', { name: way }).press('Enter');
    await untilAccepted(page);
    const focused = page.locator('button:focus');
    await focused.filter({ hasText: 'Sign out' }).waitFor();
  }
});

for (const [name, colorScheme, width] of [
  ['dark', 'dark', 1200],
  ['narrow', 'light', 320],
  ['narrow and dark', 'dark', 320],
] as const) {
  test(`live revocation holds when ${name}`, { skip }, async () => {
    await using browser = await openBrowser();
    const page = await openPage(browser, { colorScheme, width });
    await press(page, 'Sign out', endedAtBoth);
    await checkAccessible(page, `live revocation, ${name}`);
    await takeScreenshot(page, `live-${name.replaceAll(' ', '-')}`);
  });
}
