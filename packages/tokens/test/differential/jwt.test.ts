import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as jose from 'jose';
import { importSecret, signJws, verifyJws } from '../../src/index.ts';
import { audience, forge, goodClaims, issuer, now, nowSeconds, verifierFor } from '../forge.ts';
import { corruptJson } from '../fuzz/corrupt-json.ts';
import { corruptToken, readGoodToken } from '../fuzz/corrupt-token.ts';
import { createRandom } from '../fuzz/random.ts';
import { jwtDifferences } from './jwt-differences.ts';
import { seeToken } from './seen-token.ts';
import { type Comparison, compareVerdicts } from './verdicts.ts';

/** Without an id: like jose with a secret, it answers to every `kid`. */
const secret = Buffer.from('0f0e0d0c0b0a09080706050403020100a0b1c2d3e4f5061728394a5b6c7d8e9f', 'hex');
const key = importSecret(secret, { algorithm: 'HS256' });
const goodHeader = { alg: 'HS256', typ: 'at+jwt', kid: 'one' };
const shapes = [
  goodClaims,
  { ...goodClaims, nbf: nowSeconds, jti: 'one' },
  { ...goodClaims, aud: [audience, 'other'] },
];

interface Options {
  readonly clockToleranceSeconds: number;
  readonly issuer: string | string[];
  readonly audience: string | string[];
  readonly type: string;
}

const joseOptions = ({ clockToleranceSeconds, issuer, audience, type }: Options): jose.JWTVerifyOptions => ({
  issuer,
  audience,
  algorithms: ['HS256'],
  typ: type,
  clockTolerance: clockToleranceSeconds,
  currentDate: new Date(now()),
  // Required by every verifier here; there it has to be asked for.
  requiredClaims: ['exp'],
});

const compare = (token: string, options: Options): Promise<Comparison> =>
  compareVerdicts(
    () => verifierFor(key, options)(token),
    () => jose.jwtVerify(token, secret, joseOptions(options)),
  );

const usual: Options = { clockToleranceSeconds: 0, issuer, audience, type: 'at+jwt' };
const seeds = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 2 ** 24 }));
const options: fc.Arbitrary<Options> = fc.record({
  clockToleranceSeconds: fc.integer({ min: 0, max: 60 }),
  issuer: fc.constantFrom<string | string[]>(
    issuer,
    [issuer, 'https://second.example'],
    'https://second.example',
  ),
  audience: fc.constantFrom<string | string[]>(audience, [audience, 'other'], 'other', ['third']),
  type: fc.constantFrom('at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT'),
});

for (const { name, example } of jwtDifferences) {
  test(`jose accepts and we refuse: ${name}`, async () => {
    const claims = example.claims ?? JSON.stringify(goodClaims);
    const signed = forge(example.header ?? JSON.stringify(goodHeader), claims, key);
    const token = example.change?.(signed) ?? signed;
    assert.equal(await compare(token, usual), 'stricter');
    const [first] = jwtDifferences.filter(({ applies }) => applies(seeToken(token)));
    assert.equal(first?.name, name, 'the example shows another row as well');
  });
}

async function explain(token: string, given: Options): Promise<void> {
  const verdict = await compare(token, given);
  if (verdict === 'same') return;
  const seen = seeToken(token);
  const shown = `${verdict}: ${seen.headerText} ${seen.payloadText} ${JSON.stringify(given)} ${token}`;
  assert.equal(verdict, 'stricter', shown);
  assert.ok(
    jwtDifferences.some(({ applies }) => applies(seen)),
    `no row says why: ${shown}`,
  );
}

test('jose and we agree on signed tokens of any header and claims, or a row says why', async () => {
  const random = createRandom();
  await fc.assert(
    fc.asyncProperty(seeds, options, fc.boolean(), async ([seed, number], given, inHeader) => {
      random.restart(seed, 0, number);
      const claims = random.pick(shapes);
      const header = inHeader ? corruptJson(goodHeader, random) : goodHeader;
      await explain(forge(header, inHeader ? claims : corruptJson(claims, random), key), given);
    }),
    { numRuns: 4000 },
  );
});

test('jose and we agree on every mutated token, or a row says why', async () => {
  const random = createRandom();
  const tokens = shapes.map((claims) => readGoodToken(forge(goodHeader, claims, key)));
  await fc.assert(
    fc.asyncProperty(seeds, async ([seed, number]) => {
      random.restart(seed, 0, number);
      await explain(corruptToken(tokens, random), usual);
    }),
    { numRuns: 4000 },
  );
});

test('jose and we agree on times to the second, with every tolerance', async () => {
  const time = fc.integer({ min: -70, max: 70 });
  await fc.assert(
    fc.asyncProperty(time, time, options, async (exp, nbf, given) => {
      const claims = { ...goodClaims, iat: 0, exp: nowSeconds + exp, nbf: nowSeconds + nbf };
      assert.equal(await compare(forge(goodHeader, claims, key), given), 'same');
    }),
    { numRuns: 1000 },
  );
});

test('jose and we agree on the payload of every JWS', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (payload) => {
      const token = signJws(payload, { key });
      const { payload: here } = verifyJws(token, { keys: key, algorithms: ['HS256'] });
      const { payload: there } = await jose.compactVerify(token, secret);
      assert.deepEqual(here, there);
    }),
    { numRuns: 300 },
  );
});
