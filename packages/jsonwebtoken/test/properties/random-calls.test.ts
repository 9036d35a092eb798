import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test, { after, before, mock } from 'node:test';
import fc from 'fast-check';
import { call, compare, fixed } from '../side-by-side/compare.ts';
import { differences, type Row } from '../side-by-side/differences.ts';
import { original, ours } from '../side-by-side/apis.ts';
import { secret } from '../side-by-side/keys.ts';
import { outcomeOf } from '../side-by-side/outcome.ts';
import { nowSeconds } from '../side-by-side/sign-rows.ts';

before(() => mock.timers.enable({ apis: ['Date'], now: nowSeconds * 1000 }));
after(() => mock.timers.reset());

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);
const times = { seed, numRuns: 1000 };

const time = fc.integer({ min: nowSeconds - 20, max: nowSeconds + 20 });
const unit = fc.constantFrom('', 's', ' sec', 'm', ' Minutes', 'h', 'd', ' weeks', 'y', 'MS', 'q');
const span = fc.oneof(
  fc.integer({ min: -30, max: 30 }),
  fc
    .tuple(fc.double({ min: -50, max: 50, noNaN: true }), unit)
    .map(([amount, name]) => amount.toFixed(2) + name),
);
const name = fc.constantFrom('a', 'b', 'c');
const claims = fc.record(
  {
    iat: time,
    exp: time,
    nbf: time,
    iss: name,
    sub: name,
    jti: name,
    nonce: name,
    aud: fc.oneof(name, fc.array(name, { maxLength: 3 })),
    extra: fc.jsonValue({ maxDepth: 3 }),
  },
  { requiredKeys: [] },
);
const signOptions = fc.record(
  {
    expiresIn: span,
    notBefore: span,
    audience: fc.oneof(name, fc.array(name)),
    issuer: name,
    subject: name,
    jwtid: name,
    keyid: fc.string(),
    algorithm: fc.constantFrom('HS256', 'HS384', 'HS512'),
    noTimestamp: fc.boolean(),
    header: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue(),
    ),
    mutatePayload: fc.boolean(),
  },
  { requiredKeys: [] },
);
const pattern = fc.constantFrom(/a/, /[bc]/, /^$/);
const verifyOptions = fc.record(
  {
    algorithms: fc.subarray(['HS256', 'HS384', 'HS512', 'RS256', 'none']),
    audience: fc.oneof(name, pattern, fc.array(fc.oneof(name, pattern))),
    issuer: fc.oneof(name, fc.array(name)),
    subject: name,
    jwtid: name,
    nonce: name,
    complete: fc.boolean(),
    ignoreExpiration: fc.boolean(),
    ignoreNotBefore: fc.boolean(),
    maxAge: span,
    clockTimestamp: time,
    clockTolerance: fc.integer({ min: 0, max: 20 }),
  },
  { requiredKeys: [] },
);

function check(row: Row): void {
  const { original: theirs, ours: our, isEqual } = compare(row);
  if (isEqual || differences.some(({ explains }) => explains(row, theirs, our))) return;
  assert.deepEqual(fixed(row, our), fixed(row, theirs));
}

test('random payloads and options sign as in jsonwebtoken', () => {
  fc.assert(
    fc.property(claims, signOptions, (payload, options) => {
      // Each package gets its own payload, since `mutatePayload` writes into it.
      const [theirs, our] = [original, ours].map((api) => {
        const own = structuredClone(payload);
        const outcome = outcomeOf(api, () => api.sign(own, secret, options));
        return { outcome, written: JSON.stringify(own) };
      });
      const row: Row = { name: 'random', call: 'sign', parameters: [payload, secret, options] };
      const isKnown = differences.some(({ explains }) =>
        explains(row, theirs?.outcome ?? {}, our?.outcome ?? {}),
      );
      if (!isKnown) assert.deepEqual(our, theirs);
    }),
    times,
  );
});

test('random tokens are verified as in jsonwebtoken, whatever the options', () => {
  fc.assert(
    fc.property(claims, verifyOptions, (payload, options) => {
      const token = call(original, { name: '', call: 'sign', parameters: [payload, secret] });
      check({ name: 'random', call: 'verify', parameters: [token, secret, options] });
    }),
    times,
  );
});

test('damaged tokens come to the same, and are never accepted', () => {
  const letters = fc.constantFrom('A', '_', '-', '.', '=', ' ', 'é', '\0', '');
  fc.assert(
    fc.property(claims, fc.nat(), letters, (payload, at, letter) => {
      const token = String(ours.sign(payload, secret));
      const place = at % token.length;
      const damaged = token.slice(0, place) + letter + token.slice(place + 1);
      const row: Row = {
        name: 'damaged',
        call: 'verify',
        parameters: [damaged, secret, { algorithms: ['HS256'] }],
      };
      check(row);
      assert.ok(damaged === token || outcomeOf(ours, () => call(ours, row)).error !== undefined);
      check({ name: 'damaged', call: 'decode', parameters: [damaged, { complete: true }] });
    }),
    times,
  );
});

test('any text is refused as by jsonwebtoken', () => {
  const segment = fc.oneof(
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
  );
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
      const text = segments.join('.');
      check({ name: 'text', call: 'verify', parameters: [text, secret, { algorithms: ['HS256'] }] });
      check({ name: 'text', call: 'decode', parameters: [text, { complete: true }] });
    }),
    times,
  );
});
