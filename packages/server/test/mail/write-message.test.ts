import assert from 'node:assert/strict';
import test from 'node:test';
import { createWriter } from '../../src/mail/write-message.ts';
import { drawMessage } from '../../src/pages/message.ts';
import { chooseLanguage } from '../../src/texts/choose-language.ts';
import { de } from '../../src/texts/de.ts';
import { en } from '../../src/texts/en.ts';
import { fillText, listPlaceholders } from '../../src/texts/fill-text.ts';
import { readCatalogues } from '../../src/texts/read-catalogues.ts';
import type { Catalogues } from '../../src/texts/texts.ts';
import { samples } from './sample-values.ts';

const issuer = 'https://auth.example.com';

function read(changes?: unknown): Catalogues {
  const catalogues = readCatalogues(changes);
  assert.ok(catalogues.kind === 'read', catalogues.kind === 'wrong' ? catalogues.message : '');
  return catalogues.catalogues;
}

const write = createWriter({ issuer, catalogues: read(), draw: drawMessage });

for (const [template, values] of Object.entries(samples)) {
  for (const language of ['en', 'de']) {
    test(`A-149, A-377: ${template} in ${language}: everything that was put in is escaped and harmless`, () => {
      const { subject, text, html = '' } = write({ template, language, values });
      if (template === 'sms-code') return assert.equal(html, '');
      assert.doesNotMatch(subject, /\p{C}/u);
      assert.ok(subject.length > 5 && subject.length < 78, subject);
      assert.doesNotMatch(`${subject}${text}${html}`, /[{}]\w+[{}]|undefined|\[object/);
      assert.doesNotMatch(html, /<img|onerror=alert\(1\)>|<script|"'&/i);
      assert.doesNotMatch(text, /www\.|evil\.example|[\u202a-\u202e]|^Bcc/m);
      assert.match(html, new RegExp(`<html lang="${language}"`));
      const balance = [...html.matchAll(/<(\/?)(p|main|body|html|head|a|title|style)\b/g)];
      assert.equal(balance.filter(([, end]) => end === '/').length * 2, balance.length);
    });

    test(`A-145: ${template} in ${language}: links lead to the issuer, and nothing is loaded from anywhere`, () => {
      const { text, html = '' } = write({ template, language, values });
      const links = [...`${text} ${html}`.matchAll(/\bhttps?:\/\/[^\s"<]+/g)].map(([link]) => link);
      if ('path' in values) assert.ok(links.length >= 3, 'a mail with a link shows it');
      assert.deepEqual(
        links.filter((link) => !link.startsWith(`${issuer}/somewhere?code=`)),
        [],
      );
      assert.doesNotMatch(html, /<[^>]*\bsrc=|url\(|<link|@import/);
    });
  }
}

test('every language has the placeholders of English in every text', () => {
  const german: Readonly<Record<string, string>> = de;
  for (const [key, text] of Object.entries(en)) {
    const other = german[key] ?? '';
    assert.deepEqual([...listPlaceholders(other)].sort(), [...listPlaceholders(text)].sort(), key);
    assert.notEqual(other, text, `${key} is translated`);
  }
});

test('times and durations are written as the language does', () => {
  const german = write({ template: 'new-device', language: 'de', values: samples['new-device'] });
  assert.match(german.text, /2\. Januar 2026 um 15:04 UTC/);
  const english = write({ template: 'new-device', language: 'en', values: samples['new-device'] });
  assert.match(english.text, /January 2, 2026 at 3:04\sPM UTC/);
  for (const [language, validMinutes, words] of [
    ['en', 1, '1 minute'],
    ['en', 90, '90 minutes'],
    ['en', 1440, '1 day'],
    ['de', 60, '1 Stunde'],
    ['de', 10_080, '7 Tage'],
  ] as const) {
    const { text } = write({ template: 'invite', language, values: { path: '/', validMinutes } });
    assert.ok(text.includes(words), words);
  }
});

test('the last line of an SMS fills the code in on this origin', () => {
  const { text, subject, html } = write({
    template: 'sms-code',
    language: 'en',
    values: samples['sms-code'],
  });
  assert.deepEqual([text.split('\n').at(-1), subject, html], ['@auth.example.com #123456', '', undefined]);
  assert.ok(text.length <= 160, 'one SMS');
  assert.match(text, /^[ -~\n]+$/, 'without characters that halve its room');
});

test('a row of another version is refused and not guessed at', () => {
  for (const [template, values] of [
    ['of-tomorrow', {}],
    ['magic-link', { path: '/', validMinutes: '5' }],
    ['magic-link', { path: '/', validMinutes: 5, more: 1 }],
    ['magic-link', { path: '/' }],
    ['magic-link', { path: '//evil.example', validMinutes: 5 }],
    ['factor-added', { path: '/', atMs: 1, factor: 'toString' }],
    ['magic-link', null],
  ] as const) {
    assert.throws(() => write({ template, language: 'en', values }), Error);
  }
});

test('the language is the one that is understood best', () => {
  const catalogues = read();
  for (const [wanted, language] of [
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['de-AT', 'de'],
    ['fr, de;q=0.5', 'de'],
    ['en;q=0.4, DE;q=0.9', 'de'],
    ['de;q=0, en', 'en'],
    ['de;q=nonsense', 'en'],
    ['de;q=2', 'en'],
    ['*', 'en'],
    [`${'x'.repeat(5000)},de`, 'en'],
    ['__proto__', 'en'],
  ] as const) {
    assert.equal(chooseLanguage(wanted, catalogues), language, wanted);
  }
});

test('texts are changed by key, and a language is added when it has them all', () => {
  const changed = read({ de: { 'magic-link.subject': 'Rein mit dir bei {host}' } });
  assert.equal(changed.get('de')?.['magic-link.subject'], 'Rein mit dir bei {host}');
  assert.equal(changed.get('de')?.['magic-link.action'], de['magic-link.action']);
  assert.equal(read({ fr: { ...en } }).size, 3);
  assert.equal(read().get('de')?.['magic-link.subject'], de['magic-link.subject'], 'the built-in one stays');
});

test('a change that nobody would see, or that breaks a message, is refused', () => {
  for (const [changes, message] of [
    [[], /JSON object/],
    ['text', /JSON object/],
    [{ DE: {} }, /no language/],
    [{ de: 'x' }, /object of texts/],
    [{ de: { 'magic-link.subjekt': 'x' } }, /magic-link\.subjekt/],
    [{ de: { toString: 'x' } }, /toString/],
    [{ de: { 'magic-link.subject': '' } }, /no text/],
    [{ de: { 'magic-link.subject': 1 } }, /no text/],
    [{ de: { 'magic-link.subject': 'a\r\nBcc: b' } }, /control/],
    [{ de: { 'magic-link.body': 'a\u0007' } }, /control/],
    [{ de: { 'magic-link.body': 'for {name}' } }, /\{name\}/],
    [{ de: { 'magic-link.body': 'x'.repeat(4001) } }, /4000/],
    [{ fr: { 'magic-link.subject': 'Entrer' } }, /lacks/],
  ] as const) {
    const catalogues = readCatalogues(changes);
    assert.match(catalogues.kind === 'wrong' ? catalogues.message : 'read', message);
  }
});

test('a value that looks like a placeholder stays as it is', () => {
  assert.equal(fillText('{a}{b}', { a: '{b}', b: '$&' }), '{b}$&');
  assert.throws(() => fillText('{toString}', {}), Error);
});
