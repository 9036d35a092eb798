import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { checkAccessible } from './accessibility.ts';
import { chromiumPath, openBrowser, takeScreenshot } from './open-browser.ts';
import { root } from './run-script.ts';
import { type RunningShop, startShop } from './start-shop.ts';

const password = 'a wristband for everyone';
let shop: RunningShop;

before(async () => {
  shop = await startShop();
});

after(async () => {
  const end = await shop.interrupt();
  assert.ok(end === 0 || end === 'SIGINT', `Ctrl-C ends both servers, without an error: ${end}`);
  await assert.rejects(fetch(shop.url), 'the shop no longer listens');
  await assert.rejects(fetch(shop.issuer), 'the auth server no longer listens');
});

test("the README's commands: what npm start prints is what it says, and works when pasted", async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  assert.match(readme, /^npm ci && npm start\b/m);
  assert.match(readme, /^npm ci && npm test\b/m);
  const lines = [...readme.matchAll(/^(?:TOKEN=|curl ).*$/gm)].map(([line]) =>
    line.replaceAll('http://localhost:4000', shop.issuer).replaceAll('http://localhost:3000', shop.url),
  );
  const printed = shop.printed.split('\n').filter((line) => /^ {2}(TOKEN=|curl )/.test(line));
  assert.deepEqual(
    lines,
    printed.map((line) => line.trim()),
  );
  const decode = /`(npx countersign token decode "\$TOKEN")`/.exec(readme)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('bash', ['-ec', [...lines, decode].join('\necho\n')], {
    cwd: root,
  });
  assert.match(stdout, /"roles":\["user"\]/);
  assert.match(stdout, /HTTP\/1\.1 403 .*insufficient_scope/s);
  assert.match(stdout, /first-party/);
});

async function newPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => assert.fail(`the page failed: ${error.message}`));
  page.on('dialog', (dialog) => {
    dialog.accept().catch(() => undefined);
  });
  return page;
}

async function signIn(page: Page, identifier: string): Promise<void> {
  await page.goto(`${shop.url}/login`);
  await page.getByLabel('E-mail address or user name').fill(identifier);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
}

async function readRefreshCookie(context: BrowserContext): Promise<string> {
  const cookie = (await context.cookies(shop.issuer)).find((one) => one.name.endsWith('cs_refresh'));
  assert.ok(cookie, 'there is a refresh cookie');
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  return cookie.value;
}

test('log-in, profile, order, 403 as user, admin as admin, delete user, logout, and the old refresh token is refused', {
  skip: chromiumPath === undefined ? 'there is no Chromium' : false,
}, async () => {
  await using browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  const page = await newPage(context);

  await page.goto(shop.url);
  await page.getByText('Wristband', { exact: true }).waitFor();
  await checkAccessible(page, 'home');
  await takeScreenshot(page, 'home');

  await page.goto(`${shop.url}/login`);
  await page.getByLabel('E-mail address or user name').fill('alice');
  await page.getByLabel('Password').fill('not her password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The identifier or the password is wrong').waitFor();
  await checkAccessible(page, 'a refused sign-in');

  await signIn(page, 'alice');
  await page.getByText('"roles"').first().waitFor();
  await checkAccessible(page, 'profile');
  await takeScreenshot(page, 'profile');

  await page.getByRole('link', { name: 'Orders' }).click();
  await page.getByLabel('What would you like?').fill('Two wristbands');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByText('1. Two wristbands').waitFor();
  await checkAccessible(page, 'orders');

  await page.reload();
  await page.getByText('1. Two wristbands').waitFor();

  await page.getByRole('link', { name: 'Admin' }).click();
  await page.getByText('403: Forbidden').waitFor();
  await takeScreenshot(page, 'refused');

  const spent = await readRefreshCookie(context);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  const answer = await fetch(`${shop.issuer}/v1/refresh`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: spent }),
  });
  assert.equal(answer.status, 401);
  assert.match(await answer.text(), /invalid_grant/);

  await signIn(page, 'admin@example.com');
  await page.getByRole('link', { name: 'Admin' }).click();
  await page.getByText('alice@example.com (user)').waitFor();
  await checkAccessible(page, 'admin');
  await takeScreenshot(page, 'admin');
  await page.getByRole('button', { name: 'Delete alice@example.com' }).click();
  await page.getByText('alice@example.com was deleted.').waitFor();
  assert.equal(await page.getByText('alice@example.com (user)').count(), 0);
});

interface SignedIn {
  readonly access_token: string;
  readonly user: { readonly id: string };
}

async function callIssuer<Answer>(
  path: string,
  { method = 'POST', token, body }: { method?: string; token?: string; body?: object },
): Promise<Answer | undefined> {
  const answer = await fetch(`${shop.issuer}${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.ok(answer.ok, `${method} ${path} of the issuer answers ${answer.status}`);
  return answer.status === 204 ? undefined : await answer.json();
}

async function signInByCall(identifier: string): Promise<SignedIn> {
  const answer = await callIssuer<SignedIn>('/v1/login', { body: { identifier, password } });
  assert.ok(answer);
  return answer;
}

async function register(name: string): Promise<SignedIn> {
  const email = `${name}@example.com`;
  await callIssuer('/v1/register', { body: { email, username: name, password } });
  return await signInByCall(name);
}

async function askShop(token: string): Promise<number> {
  const answer = await fetch(`${shop.url}/api/profile`, { headers: { Authorization: `Bearer ${token}` } });
  await answer.body?.cancel();
  return answer.status;
}

const longestWaitMs = 5000;

/** The tokens of this test would live five minutes: only the feed can end them this early. */
async function untilShopRefuses(token: string): Promise<void> {
  const until = performance.now() + longestWaitMs;
  while ((await askShop(token)) !== 401) {
    assert.ok(performance.now() < until, `the shop still accepts the token after ${longestWaitMs} ms`);
  }
}

test('the access token of a session that signed out is refused by the shop, long before it expires', async () => {
  const { access_token: token } = await register('carol');
  assert.equal(await askShop(token), 200);
  await callIssuer('/v1/logout', { token });
  await untilShopRefuses(token);
});

test('the access token of a deleted user is refused by the shop', async () => {
  const { access_token: token, user } = await register('dave');
  const admin = await signInByCall('admin');
  assert.equal(await askShop(token), 200);
  const answer = await fetch(`${shop.url}/api/users/${user.id}`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${admin.access_token}` },
  });
  assert.equal(answer.status, 204);
  await untilShopRefuses(token);
});

test('a changed role is in the page without signing in again', {
  skip: chromiumPath === undefined ? 'there is no Chromium' : false,
}, async () => {
  const { user } = await register('erin');
  const admin = await signInByCall('admin');
  await using browser = await openBrowser();
  const context = await browser.newContext();
  const page = await newPage(context);
  await signIn(page, 'erin');
  const token = (await page.locator('p.token').textContent()) ?? '';
  assert.equal(await askShop(token), 200);
  await callIssuer(`/v1/admin/users/${user.id}`, {
    method: 'PATCH',
    token: admin.access_token,
    body: { roles: ['user', 'admin'] },
  });
  await untilShopRefuses(token);
  await page.getByRole('link', { name: 'Admin' }).click();
  await page.getByText('erin@example.com (admin, user)').waitFor();
});

test('two tabs of one browser renew without logging anybody out, and one signs both out', {
  skip: chromiumPath === undefined ? 'there is no Chromium' : false,
}, async () => {
  await using browser = await openBrowser();
  const context = await browser.newContext();
  const one = await newPage(context);
  await signIn(one, 'admin');
  const two = await newPage(context);
  await Promise.all([one.goto(`${shop.url}/orders`), two.goto(`${shop.url}/orders`)]);
  await Promise.all([one, two].map((page) => page.getByRole('heading', { name: 'Orders' }).waitFor()));
  await one.getByRole('button', { name: 'Sign out' }).click();
  await two.getByRole('link', { name: 'Sign in' }).waitFor();
});

for (const [name, scheme, width] of [
  ['dark', 'dark', 1100],
  ['narrow', 'light', 320],
  ['narrow and dark', 'dark', 320],
] as const) {
  test(`the pages hold when ${name}`, {
    skip: chromiumPath === undefined ? 'there is no Chromium' : false,
  }, async () => {
    await using browser = await openBrowser();
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 700 } });
    const page = await newPage(context);
    await signIn(page, 'admin');
    await page.getByText('"roles"').first().waitFor();
    await checkAccessible(page, `profile, ${name}`);
    await takeScreenshot(page, `profile-${name.replaceAll(' ', '-')}`);
    for (const path of ['/docs', '/']) {
      await page.goto(`${shop.issuer}${path}`);
      await checkAccessible(page, `${path} of the auth server, ${name}`);
      await takeScreenshot(page, `auth${path === '/' ? '' : '-docs'}-${name.replaceAll(' ', '-')}`);
    }
  });
}
