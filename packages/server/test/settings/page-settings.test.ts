import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { styleSheet } from '../../src/pages/style-sheet.ts';
import { readAccent } from '../../src/settings/page-accent.ts';
import { startTestServer } from '../../src/testing.ts';

const good: readonly (readonly [string, string, string])[] = [
  ['#0b57c4 #8ab8ff', '#0b57c4', '#8ab8ff'],
  ['#0B57C4 #8AB8FF', '#0b57c4', '#8ab8ff'],
  ['#000000', '#000000', '#9f9f9f'],
];

for (const [text, light, dark] of good) {
  test(`the accent ${text} is taken`, () =>
    assert.deepEqual(readAccent(text), { kind: 'read', accent: { light, dark } }));
}

const bad: readonly (readonly [string, RegExp])[] = [
  ['blue', /must be a colour/],
  ['#0b57c4 #8ab8ff #000000', /must be a colour/],
  ['#0b57c4;background:url(x)', /must be a colour/],
  ['#0b57c', /must be a colour/],
  ['#8ab8ff', /has a contrast of 1\.9 on light paper/],
  ['#0b57c4 #0b57c4', /has a contrast of 2\.5 on dark paper/],
];

for (const [text, message] of bad) {
  test(`the accent ${text} is refused`, () => {
    const read = readAccent(text);
    assert.match(read.kind === 'wrong' ? read.message : '', message);
  });
}

test('the accent is measured on the papers of the style sheet', () => {
  assert.match(styleSheet, /--paper: light-dark\(#ffffff, #14161a\)/);
  assert.match(styleSheet, /--panel: light-dark\(#f5f6f8, #1c1f25\)/);
});

test('an accent that cannot be read stops the start, by its name', async () => {
  await assert.rejects(
    startTestServer({ settings: { pageAccent: '#ffff00' } }),
    /COUNTERSIGN_PAGE_ACCENT|pageAccent/,
  );
});

test('name, colour, style sheet and logo are on the pages', async (t) => {
  const settings = {
    pageName: 'Example <b>',
    pageAccent: '#7a1f5c',
    pageCss: '.card { border-radius: 0 }',
    pageLogo: '<svg xmlns="http://www.w3.org/2000/svg"><title>logo</title></svg>',
  };
  const server = await startTestServer({ settings });
  t.after(() => server.close());
  const text = async (path: string): Promise<string> => (await server.fetch(path)).text();
  const page = await text('/sign-in');
  assert.match(page, /Sign in – Example &lt;b&gt;<\/title>/);
  assert.match(page, /<link rel="stylesheet" href="\/assets\/custom\.css">/);
  assert.match(page, /<img src="\/assets\/logo\.svg" alt="">/);
  assert.match(await text('/assets/style.css'), /--accent: light-dark\(#7a1f5c, #[0-9a-f]{6}\)/);
  assert.equal(await text('/assets/custom.css'), settings.pageCss);
  assert.equal(await text('/assets/logo.svg'), settings.pageLogo);
});

test('a PNG file is served byte by byte', async (t) => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from([0, 0xff, 0x0a])]);
  const plain = await startTestServer();
  t.after(() => plain.close());
  assert.equal((await plain.fetch('/assets/logo.png')).status, 404);
  assert.equal((await plain.fetch('/assets/custom.css')).status, 404);
  assert.equal((await plain.fetch('/.well-known/security.txt')).status, 404);
  const file = join(plain.directory, 'logo.png');
  writeFileSync(file, png);
  const server = await startTestServer({ settings: { pageLogoFile: file } });
  t.after(() => server.close());
  const answer = await server.fetch('/assets/logo.png');
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), png);
});
