import assert from 'node:assert/strict';
import test from 'node:test';
import type { SecondFactor } from '../../src/base/second-factor.ts';
import {
  decideSecondFactor,
  type FactorQuestion,
  keepFactors,
  type Proof,
} from '../../src/rules/second-factor-needed.ts';

interface Row {
  readonly name: string;
  readonly proven: readonly Proof[];
  readonly enrolled?: readonly SecondFactor[];
  readonly given?: Pick<Partial<FactorQuestion>, 'isRememberedDevice' | 'asksForTwo'>;
  /** The `amr` of a session, or what is asked for. */
  readonly answer: { readonly amr: readonly string[] } | { readonly offered: readonly SecondFactor[] };
}

const all: readonly SecondFactor[] = ['passkey', 'totp', 'sms', 'email', 'recovery-code'];

const rows: readonly Row[] = [
  { name: 'a password alone, nothing else enrolled', proven: ['password'], answer: { amr: ['pwd'] } },
  {
    name: 'A-168: a password, where there is more, is not enough',
    proven: ['password'],
    enrolled: ['totp'],
    answer: { offered: ['totp'] },
  },
  {
    name: 'everything of another class is offered',
    proven: ['password'],
    enrolled: all,
    answer: { offered: all },
  },
  {
    name: 'recovery codes alone are no factor',
    proven: ['password'],
    enrolled: ['recovery-code'],
    answer: { amr: ['pwd'] },
  },
  {
    name: 'password and app are two factors',
    proven: ['password', 'totp'],
    enrolled: all,
    answer: { amr: ['pwd', 'otp', 'mfa'] },
  },
  {
    name: 'password and recovery code are two factors',
    proven: ['password', 'recovery-code'],
    enrolled: all,
    answer: { amr: ['pwd', 'otp', 'mfa'] },
  },
  {
    name: 'A-210: a passkey without its owner verified is one factor',
    proven: ['password', 'security-key'],
    enrolled: all,
    answer: { amr: ['pwd', 'swk', 'mfa'] },
  },
  {
    name: 'a passkey whose owner was verified is two by itself',
    proven: ['passkey'],
    enrolled: all,
    answer: { amr: ['swk', 'user', 'mfa'] },
  },
  {
    name: 'A-188: a code by mail is enough where it is asked for, and no second factor',
    proven: ['password', 'email'],
    enrolled: ['email'],
    answer: { amr: ['pwd', 'otp'] },
  },
  {
    name: 'A-171: a link by mail asks for the factor too',
    proven: ['magic-link'],
    enrolled: ['totp', 'email'],
    answer: { offered: ['totp'] },
  },
  {
    name: 'a link by mail is not asked for a code by mail',
    proven: ['magic-link'],
    enrolled: ['email'],
    answer: { amr: ['otp'] },
  },
  {
    name: 'link and app: the mailbox is no factor of its own',
    proven: ['magic-link', 'totp'],
    enrolled: ['totp'],
    answer: { amr: ['otp'] },
  },
  {
    name: 'a remembered device is not asked, and is one factor',
    proven: ['password'],
    enrolled: ['totp'],
    given: { isRememberedDevice: true },
    answer: { amr: ['pwd'] },
  },
  {
    name: 'A-198: a remembered device is asked when two are wanted',
    proven: ['password'],
    enrolled: ['totp', 'email'],
    given: { isRememberedDevice: true, asksForTwo: true },
    answer: { offered: ['totp'] },
  },
  {
    name: 'two are wanted and there is only the mailbox: nothing can be offered',
    proven: ['password', 'email'],
    enrolled: ['email'],
    given: { asksForTwo: true },
    answer: { offered: [] },
  },
];

for (const { name, proven, enrolled = [], given = {}, answer } of rows) {
  test(name, () => {
    const decision = decideSecondFactor({ proven, enrolled, isRememberedDevice: false, ...given });
    if ('offered' in answer) {
      assert.deepEqual(decision, { kind: 'needed', offered: answer.offered });
    } else {
      assert.equal(decision.kind, 'enough');
      assert.deepEqual(decision.factors.amr, answer.amr);
      assert.equal(decision.factors.level, answer.amr.includes('mfa') ? 'aal2' : 'aal1');
    }
  });
}

test('a session that follows from another keeps its level, and gains none', () => {
  assert.equal(keepFactors(['pwd']).level, 'aal1');
  assert.equal(keepFactors(['pwd', 'otp', 'mfa']).level, 'aal2');
});

test('without any proof there is no decision', () => {
  assert.throws(
    () => decideSecondFactor({ proven: [], enrolled: [], isRememberedDevice: true }),
    /nothing was proven/,
  );
});
