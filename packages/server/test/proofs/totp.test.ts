import assert from 'node:assert/strict';
import test from 'node:test';
import { findTotpStep, hotp } from '../../src/proofs/totp.ts';

/** RFC 4226 appendix D and RFC 6238 appendix B share it. */
const secret = Buffer.from('12345678901234567890');

const hotpValues = [
  '755224',
  '287082',
  '359152',
  '969429',
  '338314',
  '254676',
  '287922',
  '162583',
  '399871',
  '520489',
];

for (const [counter, expected] of hotpValues.entries()) {
  test(`RFC 4226 appendix D: the value of counter ${counter}`, () => {
    assert.equal(hotp(secret, counter), expected);
  });
}

const totpValues: readonly (readonly [seconds: number, value: string])[] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
];

for (const [seconds, expected] of totpValues) {
  test(`RFC 6238 appendix B: the value at ${seconds} s`, () => {
    const step = Math.floor(seconds / 30);
    assert.equal(hotp(secret, step, 8), expected);
    const code = expected.slice(2);
    assert.equal(findTotpStep({ secret, code, nowMs: seconds * 1000, lastStep: 0 }), step);
  });
}

const nowMs = 1_234_567_890_000;
const now = 41_152_263;

for (const [drift, found] of [
  [-3, false],
  [-2, false],
  [-1, true],
  [0, true],
  [1, true],
  [2, false],
  [3, false],
] as const) {
  test(`A-167: a code of ${drift} steps from the clock is ${found ? 'accepted' : 'refused'}`, () => {
    const code = hotp(secret, now + drift);
    assert.equal(findTotpStep({ secret, code, nowMs, lastStep: 0 }), found ? now + drift : undefined);
  });
}

test('A-162: a step that was used, or one before it, fits no more', () => {
  for (const step of [now - 1, now]) {
    const code = hotp(secret, step);
    assert.equal(findTotpStep({ secret, code, nowMs, lastStep: now }), undefined);
  }
  assert.equal(findTotpStep({ secret, code: hotp(secret, now + 1), nowMs, lastStep: now }), now + 1);
});

test('what is no six digits is refused; blanks between them are not', () => {
  const code = hotp(secret, now);
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  assert.equal(findTotpStep({ secret, code: spaced, nowMs, lastStep: 0 }), now);
  for (const typed of ['', code.slice(1), `0${code}`, `${code}\n`, '١٢٣٤٥٦', 'abcdef', '-12345', '1e5   ']) {
    assert.equal(findTotpStep({ secret, code: typed, nowMs, lastStep: 0 }), undefined, typed);
  }
});

test('the first steps of time have none before them', () => {
  assert.equal(findTotpStep({ secret, code: hotp(secret, 1), nowMs: 1000, lastStep: 0 }), 1);
});
