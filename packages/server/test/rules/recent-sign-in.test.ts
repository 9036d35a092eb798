import assert from 'node:assert/strict';
import test from 'node:test';
import { findWanted, type SignInFacts } from '../../src/rules/recent-sign-in.ts';

const facts: SignInFacts = {
  authTimeSeconds: 10_000,
  amr: ['pwd'],
  hasPassword: true,
  enrolled: [],
  nowSeconds: 10_000,
  maxAgeSeconds: 300,
};
const again = { maxAgeSeconds: 300 };
const withTwo = { maxAgeSeconds: 300, acrValues: 'aal2' };
const strong = ['pwd', 'otp', 'mfa'];

const rows: readonly (readonly [name: string, given: Partial<SignInFacts>, wanted: object | undefined])[] = [
  ['a fresh password, nothing else enrolled', {}, undefined],
  ['a fresh password of the last second', { nowSeconds: 10_300 }, undefined],
  ['A-198: a password a second too old', { nowSeconds: 10_301 }, again],
  ['A-450: a sign-in of the future', { nowSeconds: 9_997 }, again],
  ['A-174: a fresh password beside an app', { enrolled: ['totp'] }, withTwo],
  ['A-174: a fresh password beside a telephone', { enrolled: ['sms'] }, withTwo],
  ['A-174: a fresh password beside a passkey', { enrolled: ['passkey'] }, withTwo],
  ['fresh, with password and app', { enrolled: ['totp'], amr: strong }, undefined],
  ['A-198: password and app, too old', { enrolled: ['totp'], amr: strong, nowSeconds: 10_301 }, withTwo],
  ['A-188: mail beside a password asks for no more', { enrolled: ['email', 'recovery-code'] }, undefined],
  [
    'an app without a password, which no sign-in makes two',
    { enrolled: ['totp'], hasPassword: false },
    undefined,
  ],
  ['a passkey without a password', { enrolled: ['passkey'], hasPassword: false, amr: ['swk'] }, withTwo],
];

for (const [name, given, wanted] of rows) {
  test(name, () => assert.deepEqual(findWanted({ ...facts, ...given }), wanted));
}
