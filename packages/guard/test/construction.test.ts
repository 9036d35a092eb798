import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGuard, type GuardOptions, RefusalError } from '@countersign/guard';
import { generateKey } from '@countersign/tokens';
import { createChangingView } from './changing-view.ts';
import { AUDIENCE, mint, START_MS } from './tiny-issuer.ts';

const ISSUER = 'https://issuer.example';
const key = generateKey('ES256');
const secret = generateKey('HS256');
const usual: GuardOptions = {
  issuer: ISSUER,
  audience: AUDIENCE,
  revocation: 'none',
  keys: [key],
  now: () => START_MS,
};

/** As JavaScript, or a configuration file, would call it: with options that do not type-check. */
function construct(change: Record<string, unknown>): () => unknown {
  return () => Reflect.apply(createGuard, undefined, [{ ...usual, ...change }]);
}

const CLIENT = { clientId: 'api', clientSecret: 'a secret' };
const TWO = { issuer: [ISSUER, `${ISSUER}/b`], keys: undefined };

function feed(value: unknown): Record<string, unknown> {
  return { revocation: undefined, feed: value };
}

describe('A-448: a mistake in the options never makes an open guard:', () => {
  const rows: readonly { readonly name: string; readonly change: Record<string, unknown> }[] = [
    { name: 'revocation left out', change: { revocation: undefined } },
    { name: 'revocation of an unknown kind', change: { revocation: 'feed' } },
    { name: 'revocation off by a boolean', change: { revocation: false } },
    { name: 'revocation by something that is no view', change: { revocation: { judge: () => 'live' } } },
    { name: 'a feed beside revocation: none', change: { feed: CLIENT } },
    { name: 'a feed that is no object', change: feed('none') },
    { name: 'a feed without a secret', change: feed({ clientId: 'api' }) },
    { name: 'a feed with an empty secret', change: feed({ clientId: 'api', clientSecret: '' }) },
    { name: 'a feed with an unknown member', change: feed({ ...CLIENT, relay: 'https://a.example' }) },
    { name: 'a relay in the clear', change: feed({ ...CLIENT, url: 'http://relay.example' }) },
    { name: 'a relay with a password', change: feed({ ...CLIENT, url: 'https://a:b@relay.example' }) },
    { name: 'a relay with a query', change: feed({ ...CLIENT, url: 'https://relay.example/?a=b' }) },
    { name: 'one credential for two issuers', change: { ...feed(CLIENT), ...TWO } },
    { name: 'a feed that leaves an issuer out', change: { ...feed({ [ISSUER]: CLIENT }), ...TWO } },
    {
      name: 'a feed of an issuer that is not listed',
      change: { ...feed({ [ISSUER]: 'none', [`${ISSUER}/b`]: 'none', 'https://c.example': 'none' }), ...TWO },
    },
    {
      name: 'a feed of an issuer in the clear',
      change: { ...feed(CLIENT), issuer: 'http://issuer.example' },
    },
    { name: 'one view for two issuers', change: { revocation: createChangingView(0).view, ...TWO } },
    { name: 'staleness of 0', change: { ...feed(CLIENT), maxStalenessSeconds: 0 } },
    { name: 'staleness of more than a day', change: { ...feed(CLIENT), maxStalenessSeconds: 86_401 } },
    { name: 'staleness in fractions', change: { ...feed(CLIENT), maxStalenessSeconds: 1.5 } },
    { name: 'staleness without end', change: { ...feed(CLIENT), maxStalenessSeconds: Infinity } },
    { name: 'staleness in words', change: { ...feed(CLIENT), maxStalenessSeconds: '5' } },
    { name: 'staleness where nothing is followed', change: { maxStalenessSeconds: 5 } },
    { name: 'a tolerance that outlives denials', change: { ...feed(CLIENT), clockToleranceSeconds: 3 } },
    { name: 'a cache that is on', change: { cache: true } },
    { name: 'a cache without end', change: { cache: { maxBytes: Infinity } } },
    { name: 'a cache for nothing', change: { cache: { maxEntries: 0 } } },
    { name: 'a cache with an unknown limit', change: { cache: { maxTokens: 5 } } },
    { name: 'A-060: issuer left out', change: { issuer: undefined } },
    { name: 'A-060: issuer empty', change: { issuer: '' } },
    { name: 'A-060: no issuer in the list', change: { issuer: [] } },
    { name: 'A-060: an empty issuer in the list', change: { issuer: [ISSUER, ''], keys: undefined } },
    { name: 'an issuer listed twice', change: { issuer: [ISSUER, ISSUER], keys: undefined } },
    { name: 'A-060: audience left out', change: { audience: undefined } },
    { name: 'A-060: audience empty', change: { audience: '' } },
    { name: 'A-060: no audience in the list', change: { audience: [] } },
    { name: 'A-057: an infinite tolerance', change: { clockToleranceSeconds: Number.POSITIVE_INFINITY } },
    { name: 'A-057: a tolerance that is no number', change: { clockToleranceSeconds: Number.NaN } },
    { name: 'A-057: a negative tolerance', change: { clockToleranceSeconds: -1 } },
    { name: 'no algorithm', change: { algorithms: [] } },
    { name: 'an unknown algorithm', change: { algorithms: ['none'] } },
    { name: 'A-010: secrets beside key pairs', change: { algorithms: ['HS256', 'ES256'], keys: [secret] } },
    {
      name: 'a shared secret that would have to be fetched',
      change: { algorithms: ['HS256'], keys: undefined },
    },
    { name: 'keys that are none', change: { keys: [] } },
    { name: 'keys that are null', change: { keys: null } },
    { name: 'A-100: the same keys for two issuers', change: { issuer: [ISSUER, `${ISSUER}/b`] } },
    { name: 'an unknown option', change: { audiance: AUDIENCE } },
    { name: 'a clock that is no function', change: { now: START_MS } },
    { name: 'an issuer that is no address', change: { issuer: 'issuer', keys: undefined } },
    { name: 'an issuer in the clear', change: { issuer: 'http://issuer.example', keys: undefined } },
    { name: 'an issuer with a query', change: { issuer: `${ISSUER}/?a=b`, keys: undefined } },
    { name: 'an issuer with a password', change: { issuer: 'https://a:b@issuer.example', keys: undefined } },
  ];
  for (const { name, change } of rows) {
    test(name, () => assert.throws(construct(change), TypeError));
  }

  test('the refusal says both ways out, and what revocation: none means', () => {
    const refusal = /feed: { clientId, clientSecret }.*'none'.*revoked token is accepted until it expires/;
    assert.throws(construct({ revocation: undefined }), refusal);
  });

  test('no refusal repeats a secret', () => {
    for (const value of [
      { ...CLIENT, url: 'x' },
      { clientSecret: 'a secret' },
      { value: 'a secret' },
      'a secret',
    ]) {
      assert.throws(construct(feed(value)), (error) => !String(error).includes('a secret'));
    }
  });
});

describe('A-448: a mistake in the requirements never makes an open route:', () => {
  const rows: readonly { readonly name: string; readonly requirements: unknown }[] = [
    { name: 'an unknown requirement', requirements: { permissions: 'orders:write' } },
    { name: 'a bare string', requirements: 'orders:write' },
    { name: 'null', requirements: null },
    { name: 'a list', requirements: ['orders:write'] },
    { name: 'a permission that is undefined', requirements: { permission: undefined } },
    { name: 'an empty permission', requirements: { permission: '' } },
    { name: 'an empty list of roles', requirements: { role: [] } },
    { name: 'a role that is a number', requirements: { role: 7 } },
    { name: 'two scopes in one string', requirements: { scope: 'a b' } },
    { name: 'a scope that breaks out of the challenge', requirements: { scope: 'a", error="x' } },
    { name: 'an empty level', requirements: { acr: '' } },
    { name: 'an empty list of levels', requirements: { acr: [] } },
    { name: 'two levels in one string', requirements: { acr: 'aal2 aal3' } },
    { name: 'a level that breaks out of the challenge', requirements: { acr: 'a", error="x' } },
    { name: 'a level that is undefined', requirements: { acr: undefined } },
    { name: 'a negative age', requirements: { maxAuthAgeSeconds: -1 } },
    { name: 'an age that is no number', requirements: { maxAuthAgeSeconds: Number.NaN } },
    { name: 'staleness of 0', requirements: { maxStalenessSeconds: 0 } },
    { name: 'staleness without end', requirements: { maxStalenessSeconds: Number.POSITIVE_INFINITY } },
    { name: 'staleness that nobody keeps', requirements: { maxStalenessSeconds: 5 } },
    { name: 'an infinite age', requirements: { maxAuthAgeSeconds: Number.POSITIVE_INFINITY } },
  ];
  const guard = createGuard(usual);
  const adapters = ['express', 'fastify', 'hono', 'koa'] as const;
  for (const { name, requirements } of rows) {
    test(name, async () => {
      for (const adapter of adapters) {
        assert.throws(() => Reflect.apply(guard[adapter], guard, [requirements]), TypeError);
      }
      const token = mint({ key, issuer: ISSUER });
      await assert.rejects(Reflect.apply(guard.verify, guard, [token, requirements]), TypeError);
    });
  }
});

describe('a guard with given keys:', () => {
  test('fetches nothing and is ready at once', async () => {
    const fetched: string[] = [];
    const fetch: GuardOptions['fetch'] = async (input) => {
      fetched.push(input);
      return new Response();
    };
    const guard = createGuard({ ...usual, fetch });
    await guard.ready();
    const auth = await guard.verify(mint({ key, issuer: ISSUER }));
    assert.equal(auth.subject, 'user-1');
    assert.deepEqual(fetched, []);
    assert.equal(guard.status().issuers[0]?.state, 'given');
  });

  test('its status says that revocation is not followed', () => {
    const status = createGuard(usual).status();
    assert.equal(status.revocation, 'none');
    assert.match(status.notice, /a revoked token is accepted until it expires/);
  });

  test('a log that throws does not change the answer', async () => {
    const onRefusal = (): void => {
      throw new Error('disk full');
    };
    const guard = createGuard({ ...usual, onRefusal });
    await assert.rejects(guard.verify('x.y.z'), { code: 'invalid_token' });
  });
});

describe('guard.verify:', () => {
  const guard = createGuard(usual);

  test('its error carries the answer to give, and the reason only for those who ask', async () => {
    const expired = mint({ key, issuer: ISSUER, nowMs: START_MS - 400_000 });
    const error = await guard.verify(expired).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof RefusalError);
    assert.deepEqual([error.status, error.code, error.reason], [401, 'invalid_token', 'expired']);
    assert.equal(error.headers['WWW-Authenticate'], 'Bearer error="invalid_token"');
    assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /expired/);
  });

  test('requirements are checked as on a route', async () => {
    const token = mint({ key, issuer: ISSUER });
    await assert.rejects(guard.verify(token, { role: 'admin' }), { status: 403, code: 'insufficient_scope' });
    const auth = await guard.verify(token, { role: 'user', scope: 'profile', maxAuthAgeSeconds: 60 });
    assert.deepEqual(auth.roles, ['user']);
  });

  test('what is not a string is refused like any bad token', async () => {
    for (const token of [undefined, null, 7, {}, '', 'Bearer']) {
      await assert.rejects(Reflect.apply(guard.verify, guard, [token]), { code: 'invalid_token' });
    }
  });
});
