import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../src/base/refusal.ts';
import { isCommonPassword } from '../../src/proofs/common-passwords.ts';
import { checkPasswordAcceptable } from '../../src/rules/password-acceptable.ts';

const contextWords = ['Ada.Lovelace@analytical.example', 'countess', 'Countersign'];

function judge(password: string, hasSecondFactor = false): string {
  try {
    checkPasswordAcceptable(password, { hasSecondFactor, contextWords, isCommon: isCommonPassword });
    return 'acceptable';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

test('A-125: fifteen code points are enough when the password is the only factor, fourteen are not', () => {
  assert.equal(judge('vexing zebu tra'), 'acceptable');
  assert.equal(judge('vexing zebu tr'), 'password_too_short');
});

test('A-125: eight are enough beside a second factor, seven are not', () => {
  assert.equal(judge('zebu7tra', true), 'acceptable');
  assert.equal(judge('zebu7tr', true), 'password_too_short');
});

test('A-125: code points are counted, not bytes or UTF-16 units', () => {
  assert.equal(judge('👩🚀🌍🎲🧲🪁🛶'), 'password_too_short');
  assert.equal(judge('🛶🪁🧲🎲🌍🚀👩🌵🍋🎻🧭🪴🦉🎈🧶'), 'acceptable');
});

test('A-125: an ae ligature or one wide letter counts once', () => {
  assert.equal(judge('ﬀ'.repeat(14)), 'password_too_short');
});

test('A-126: sixty-four and more are accepted', () => {
  const long = Array.from({ length: 12 }, (_, index) => `river${index * 7} stone`).join(' ');
  assert.ok(long.length > 64);
  assert.equal(judge(long), 'acceptable');
});

const acceptable = [
  'correct horse battery staple',
  'correcthorsebatterystaple',
  'all lower case and no digits',
  'zürich liegt an der limmat',
  'пароль не скажу никому',
  'hX7#pQ2v9!LmT4z',
  'a monkey rides the dragon home',
  'no digits, no symbols needed',
  'ada likes long passphrases a lot',
];
for (const password of acceptable) {
  test(`A-128: no rule of composition refuses "${password}"`, () => {
    assert.equal(judge(password), 'acceptable');
  });
}

const tooCommon = [
  'Password123456!',
  'PASSWORD1234567',
  'P@ssw0rd2026!!!!',
  'p@$$w0rd12345678',
  '!!!!2026password',
  'pass-word-123456',
  'monkey 123 456 !!',
  '$uperman!!!!!!!!',
  'welcome1welcome1',
  'iloveyouiloveyou',
  'abcabcabcabcabc',
  'aaaaaaaaaaaaaaaa',
  'ababababababab12',
  '111222333444555',
  '123456789012345',
  'abcdefghijklmnop',
  'ponmlkjihgfedcba',
  'qwertyuiopasdfgh',
  'qwertzuiop12345',
  '1qaz2wsx3edc4rfv',
  'Ｐａｓｓｗｏｒｄ１２３４５６!',
];
for (const password of tooCommon) {
  test(`A-129: "${password}" is refused`, () => {
    assert.equal(judge(password), 'password_too_common');
  });
}

const named = [
  'ada.lovelace2024',
  'AdaLovelace!2024',
  'lovelace12345678',
  'L0velace-l0velace',
  'analytical.2026!',
  'countersign12345',
  'Countess-2026-01',
  'countess countersign',
];
for (const password of named) {
  test(`A-129: "${password}" is refused to Ada Lovelace of Countersign`, () => {
    assert.equal(judge(password), 'password_too_common');
  });
}

test('A-129: a common word twice is no better than once, also beside a second factor', () => {
  assert.equal(judge('iloveyouiloveyou', true), 'password_too_common');
  assert.equal(judge('zebu7traXzebu7traX', true), 'acceptable');
});

test('A-129: context words that are empty or very short refuse nothing', () => {
  const circumstances = { hasSecondFactor: false, isCommon: () => false };
  checkPasswordAcceptable('vexing zebu train', {
    ...circumstances,
    contextWords: ['', 'a', 'ze@b.u', '@', '...'],
  });
});

test('A-129: a beginner list of one word is enough for the rule: it asks with the stems', () => {
  const asked: string[] = [];
  const isCommon = (text: string): boolean => {
    asked.push(text);
    return text === 'password';
  };
  const circumstances = { hasSecondFactor: false, contextWords: [], isCommon };
  assert.throws(() => checkPasswordAcceptable('99P4ssw0rd99999', circumstances), Refusal);
  assert.ok(asked.includes('password'));
});

test('a refusal names the field and never the password', () => {
  for (const password of [...tooCommon, ...named, 'zebra']) {
    try {
      checkPasswordAcceptable(password, { hasSecondFactor: false, contextWords, isCommon: isCommonPassword });
      assert.fail('accepted');
    } catch (error) {
      assert.ok(error instanceof Refusal);
      assert.equal(error.details.fields?.[0]?.path, 'password');
      assert.ok(!JSON.stringify({ message: error.message, ...error.details }).includes(password));
    }
  }
});

test('four words drawn at random are acceptable', () => {
  const words = [
    'otter',
    'quarry',
    'violin',
    'meadow',
    'compass',
    'thunder',
    'pickle',
    'saddle',
    'lantern',
    'glacier',
  ];
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...words), { minLength: 4, maxLength: 4 }), (chosen) => {
      assert.equal(judge(chosen.join(' ')), 'acceptable');
    }),
  );
});

test('every text is judged: none throws anything but a refusal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.match(judge(text), /^acceptable$|^password_too_/);
    }),
  );
});
