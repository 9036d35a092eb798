import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeBase32 } from '../../src/proofs/base32.ts';
import { drawQrCode, writeAppAddress } from '../../src/proofs/app-address.ts';
import { makeRecoveryCode, readRecoveryCode } from '../../src/proofs/recovery-code.ts';

test('A-194: a recovery code is four groups of an alphabet of 32, so of 80 bits', () => {
  const seen = new Map<string, number>();
  for (let n = 0; n < 2000; n += 1) {
    const code = makeRecoveryCode();
    assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    for (const character of code.replaceAll('-', '')) seen.set(character, (seen.get(character) ?? 0) + 1);
  }
  assert.equal(seen.size, 32);
  for (const [character, count] of seen) assert.ok(Math.abs(count - 1000) < 250, `${character}: ${count}`);
});

test('A-195: case, blanks, hyphens and lookalikes change nothing, and everything else is no code', () => {
  const code = '01AB-CDEF-GHJK-MNPQ';
  const plain = '01ABCDEFGHJKMNPQ';
  for (const typed of [
    code,
    plain,
    code.toLowerCase(),
    ` ${code} `,
    'oIab cdef\tghjk–mnpq'.replace('–', '-'),
    'OlABCDEFGHJKMNPQ',
  ]) {
    assert.equal(readRecoveryCode(typed), plain, typed);
  }
  for (const typed of [
    '',
    plain.slice(1),
    `${plain}0`,
    plain.replace('A', 'U'),
    plain.replace('A', 'Å'),
    plain.replace('A', '_'),
  ]) {
    assert.equal(readRecoveryCode(typed), undefined, typed);
  }
});

for (const [plain, encoded] of [
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
] as const) {
  test(`RFC 4648 §10: base32 of "${plain}"`, () => {
    assert.equal(encodeBase32(Buffer.from(plain)), encoded);
  });
}

test('an app gets issuer and account in an address of its own, and as a picture', async () => {
  const address = writeAppAddress({
    secret: Buffer.from('12345678901234567890'),
    issuer: 'auth.example.com',
    account: 'a:b&c@example.com',
  });
  assert.equal(
    address,
    'otpauth://totp/auth.example.com:a%3Ab%26c%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=auth.example.com&algorithm=SHA1&digits=6&period=30',
  );
  const picture = await drawQrCode(address);
  assert.match(picture, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox/);
  assert.doesNotMatch(picture, /<script|otpauth/);
});
