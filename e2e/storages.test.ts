import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { chromiumPath, openBrowser } from './open-browser.ts';
import { type RunningShop, startShop } from './start-shop.ts';

const password = 'a wristband for storages';
const skip = chromiumPath === undefined ? 'there is no Chromium' : false;
let shop: RunningShop;

before(async () => {
  shop = await startShop();
});

after(async () => {
  await shop.interrupt();
});

async function register(name: string): Promise<string> {
  const email = `${name.toLowerCase()}@example.com`;
  const answer = await fetch(`${shop.issuer}/v1/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  assert.equal(answer.status, 201);
  return email;
}

/** A page of the shop's origin without the shop's own client, and a client with this storage in it. */
async function openClient(context: BrowserContext, storage: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${shop.url}/api/products`);
  await startClient(page, storage);
  return page;
}

async function startClient(page: Page, storage: string): Promise<void> {
  await page.evaluate(
    `(async () => {
      const { createClient } = await import('/client/index');
      globalThis.auth = createClient({ issuer: ${JSON.stringify(shop.issuer)}, storage: ${JSON.stringify(storage)} });
    })()`,
  );
}

const restored = (page: Page): Promise<string | null> =>
  page.evaluate('auth.restore().then((user) => user?.email ?? null)');
const profile = (page: Page): Promise<number> =>
  page.evaluate("auth.fetch('/api/profile').then((r) => r.status)");

for (const row of [
  { storage: 'memory', survivesReload: false, isSharedByTabs: false, readableByScripts: false },
  { storage: 'sessionStorage', survivesReload: true, isSharedByTabs: false, readableByScripts: true },
  { storage: 'localStorage', survivesReload: true, isSharedByTabs: true, readableByScripts: true },
  { storage: 'cookie', survivesReload: true, isSharedByTabs: true, readableByScripts: false },
]) {
  test(`a client with the storage ${row.storage} keeps what it promises`, { skip }, async () => {
    const email = await register(row.storage);
    await using browser = await openBrowser();
    const context = await browser.newContext();
    const page = await openClient(context, row.storage);
    await page.evaluate(
      `auth.signIn({ identifier: ${JSON.stringify(email)}, password: ${JSON.stringify(password)} })`,
    );
    assert.equal(await profile(page), 200);

    const readable = String(
      await page.evaluate('JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])'),
    );
    assert.equal(readable.includes('cs_rt_'), row.readableByScripts, 'A-269: who can read the refresh token');

    const other = await openClient(context, row.storage);
    assert.equal(await restored(other), row.isSharedByTabs ? email : null);
    await page.reload();
    await startClient(page, row.storage);
    assert.equal(await restored(page), row.survivesReload ? email : null);
    if (!row.survivesReload) return;

    assert.equal(await profile(page), 200);
    await page.evaluate('auth.signOut()');
    assert.equal(await page.evaluate('auth.user === undefined'), true);
    if (row.isSharedByTabs) await other.waitForFunction('auth.user === undefined');
    await page.reload();
    await startClient(page, row.storage);
    assert.equal(await restored(page), null);
  });
}

test('A-268: ten tabs that come back at once renew without a false alarm', { skip }, async () => {
  const email = await register('tabs');
  await using browser = await openBrowser();
  const context = await browser.newContext();
  const first = await openClient(context, 'cookie');
  await first.evaluate(
    `auth.signIn({ identifier: ${JSON.stringify(email)}, password: ${JSON.stringify(password)} })`,
  );
  const tabs = await Promise.all(Array.from({ length: 10 }, () => openClient(context, 'cookie')));
  assert.deepEqual([...new Set(await Promise.all(tabs.map(restored)))], [email]);
  assert.deepEqual([...new Set(await Promise.all(tabs.map(profile)))], [200]);
});
