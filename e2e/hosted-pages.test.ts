import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { addUser } from '../packages/server/src/flows/add-user.ts';
import { startTestServer, type TestServer } from '../packages/server/src/testing.ts';
import { appCode, enrolApp, readSecret } from '../packages/server/test/flows/factor-ground.ts';
import { findFreePort } from '../packages/server/test/free-port.ts';
import { checkAccessible } from './accessibility.ts';
import { chromiumPath, openBrowser, takeScreenshot } from './open-browser.ts';

const password = 'a wristband for everyone';
const skip = chromiumPath === undefined ? 'there is no Chromium' : false;
let server: TestServer;
let browser: Browser;

before(async () => {
  const port = await findFreePort();
  server = await startTestServer({
    settings: { port, issuer: `http://localhost:${port}`, host: '127.0.0.1' },
  });
  await server.listen();
  if (chromiumPath !== undefined) browser = await openBrowser();
});
after(async () => {
  if (chromiumPath !== undefined) await browser.close();
  await server.close();
});

/** @returns the id of an account with the password of all */
async function makePerson(email: string): Promise<string> {
  const actor = { kind: 'command-line' } as const;
  const source = { requestId: 'r', address: '192.0.2.7', userAgent: undefined };
  const input = { email, password, roles: ['user'], name: 'Alice Example' };
  return (await addUser(server.house, input, { action: 'user.created', actor, source })).id;
}

/** A page that fails the test when a script fails or its policy stops something. */
async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => assert.fail(`the page failed: ${error.message}`));
  page.on('console', (message) => assert.ok(!/Content Security Policy/.test(message.text()), message.text()));
  page.on('request', (request) =>
    assert.ok(request.url().startsWith(server.issuer), `a request to elsewhere: ${request.url()}`),
  );
  return page;
}

async function send(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.locator(`main [name="${name}"]`).fill(value);
  await page.locator('main form button').first().click();
}

function pathOf(page: Page): string {
  return page.url().slice(server.issuer.length);
}

/** Looks at a page as axe and a narrow window do, and leaves a picture. */
async function look(page: Page, name: string): Promise<void> {
  await checkAccessible(page, name);
  await takeScreenshot(page, name);
}

interface Eyes {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly locale: string;
}

const everyEyes: readonly Eyes[] = [
  { name: 'light-1280', colorScheme: 'light', width: 1280, locale: 'en-GB' },
  { name: 'dark-1280', colorScheme: 'dark', width: 1280, locale: 'en-GB' },
  { name: 'light-320', colorScheme: 'light', width: 320, locale: 'de-DE' },
  { name: 'dark-320', colorScheme: 'dark', width: 320, locale: 'en-GB' },
];

for (const eyes of everyEyes) {
  test(`every page in every state is accessible and holds its width: ${eyes.name}`, { skip }, async () => {
    const { colorScheme, width, locale } = eyes;
    const context = await browser.newContext({
      colorScheme,
      locale,
      viewport: { width, height: 800 },
      javaScriptEnabled: true,
    });
    const page = await openPage(context);
    const see = (name: string): Promise<void> => look(page, `pages-${name}-${eyes.name}`);
    const go = async (path: string, name: string): Promise<void> => {
      await page.goto(server.issuer + path);
      await see(name);
    };
    const email = `alice-${eyes.name}@example.com`;
    await makePerson(email);

    await go('/', 'landing');
    await go('/nowhere', 'not-found');
    await go('/sign-in', 'sign-in');
    await send(page, { identifier: email, password: 'not her password' });
    await see('sign-in-refused');
    await go('/sign-in?notice=expired', 'sign-in-expired');
    await go('/not-me?token=x', 'dead-link');
    await page.goto(`${server.issuer}/sign-in`);
    await send(page, { identifier: email, password });
    await see('profile');
    await send(page, { name: 'Alice', username: 'a b' });
    await see('profile-refused');
    await send(page, { username: `alice-${eyes.name}` });
    await see('profile-saved');
    await go('/account/security', 'security');
    await go('/account/sessions', 'sessions');
    await go('/account/password', 'password');
    await send(page, { current_password: 'x', new_password: 'short' });
    await see('password-refused');
    await go('/account/recovery-codes', 'recovery-none');
    await go('/account/app', 'app');
    await send(page, {});
    await see('app-scan');
    await page.locator('details summary').click();
    const secret = readSecret({
      secret: ((await page.locator('code.key').textContent()) ?? '').replaceAll(' ', ''),
    });
    await send(page, { code: '000000' });
    await see('app-wrong-code');
    await send(page, { code: appCode(secret, server.clock.now()) });
    await see('recovery-codes');
    await page.emulateMedia({ media: 'print', colorScheme });
    await takeScreenshot(page, `pages-recovery-codes-print-${eyes.name}`);
    await page.emulateMedia({ media: 'screen', colorScheme });
    await go('/account/security?done=app', 'security-with-app');
    await go('/account/factors/remove?kind=totp', 'remove-app');
    await go('/sign-out', 'sign-out');
    await send(page, {});
    await see('signed-out');
    await page.goto(`${server.issuer}/sign-in`);
    await send(page, { identifier: email, password });
    await see('second-step');
    await send(page, { code: '000000' });
    await see('second-step-refused');
    await page.goto(`${server.issuer}/sign-in/second-step?factor=recovery-code`);
    await see('second-step-recovery');
    server.clock.advanceMs(60_000);
    await page.goto(`${server.issuer}/sign-in/second-step`);
    await send(page, { code: appCode(secret, server.clock.now()) });
    assert.equal(pathOf(page), '/account');
    server.clock.advanceMs(600_000);
    await page.goto(`${server.issuer}/account/app`);
    await send(page, {});
    assert.match(pathOf(page), /^\/sign-in\/again/);
    await see('again');
    await context.close();
  });
}

test('the whole way without JavaScript: sign-in, second step, account, password, sign-out', {
  skip,
}, async () => {
  const email = 'without-script@example.com';
  const secret = await enrolApp(server.house, await makePerson(email));
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await openPage(context);
  await page.goto(`${server.issuer}/account/password`);
  await send(page, { identifier: email, password });
  await send(page, { code: appCode(secret, server.clock.now()) });
  assert.equal(pathOf(page), '/account/password');
  await send(page, { current_password: password, new_password: 'seven boats on a green lake' });
  assert.equal(pathOf(page), '/account/security?done=password');
  await page.getByRole('button', { name: 'Sign out' }).click();
  assert.equal(pathOf(page), '/signed-out');
  await page.goto(`${server.issuer}/account`);
  assert.equal(pathOf(page), '/sign-in?return_to=%2Faccount');
  await context.close();
});

test('the keyboard alone signs in', { skip }, async () => {
  const email = 'keyboard@example.com';
  await makePerson(email);
  const context = await browser.newContext();
  const page = await openPage(context);
  await page.goto(`${server.issuer}/sign-in`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.className'), 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.locator('[role=alert]').waitFor();
  assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'alert');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/account');
  await context.close();
});

test('with 400 % zoom nothing scrolls sideways', { skip }, async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
  const page = await openPage(context);
  await page.goto(`${server.issuer}/sign-in`);
  await checkAccessible(page, 'sign-in at 400 %');
  await context.close();
});

test('reduced motion: nothing moves', { skip }, async () => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await openPage(context);
  await page.goto(`${server.issuer}/sign-in`);
  const moving = await page.evaluate(
    `[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration !== '0s'
      || getComputedStyle(one).animationName !== 'none').length`,
  );
  assert.equal(moving, 0);
  await context.close();
});
