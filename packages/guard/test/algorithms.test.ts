import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGuard } from '@countersign/guard';
import { type AlgorithmName, generateKey, importSecret } from '@countersign/tokens';
import { FRAMEWORKS, serve } from './frameworks.ts';
import { withToken } from './send.ts';
import { AUDIENCE, mint, START_MS, startIssuer } from './tiny-issuer.ts';

const SECRET = importSecret(
  new Uint8Array(32).fill(7).map((byte, index) => byte * 31 + index * 17),
  { algorithm: 'HS256' },
);

describe('every algorithm through every framework:', () => {
  const published: readonly AlgorithmName[] = ['RS256', 'ES256', 'Ed25519'];
  for (const framework of FRAMEWORKS) {
    for (const algorithm of published) {
      test(`${algorithm} through ${framework.name}, by its published key only`, async () => {
        const issuer = await startIssuer(algorithm);
        const options = {
          issuer: issuer.url,
          audience: AUDIENCE,
          revocation: 'none',
          now: () => START_MS,
        } as const;
        const guard = createGuard(options);
        const served = await serve(framework, guard);
        const good = await withToken(`${served.url}/profile`, mint({ key: issuer.key, issuer: issuer.url }));
        const foreign = generateKey(algorithm, { keyId: issuer.key.keyId ?? '' });
        const bad = await withToken(`${served.url}/profile`, mint({ key: foreign, issuer: issuer.url }));
        guard.close();
        await Promise.all([served.stop(), issuer.stop()]);
        assert.deepEqual([good.status, bad.status], [200, 401]);
      });
    }
    test(`HS256 through ${framework.name}, by the shared secret only`, async () => {
      const issuer = 'https://issuer.example';
      const options = { issuer, audience: AUDIENCE, revocation: 'none', now: () => START_MS } as const;
      const guard = createGuard({ ...options, algorithms: ['HS256'], keys: [SECRET] });
      const served = await serve(framework, guard);
      const good = await withToken(`${served.url}/profile`, mint({ key: SECRET, issuer }));
      const other = mint({ key: generateKey('HS256'), issuer });
      const bad = await withToken(`${served.url}/profile`, other);
      await served.stop();
      assert.deepEqual([good.status, bad.status], [200, 401]);
    });
  }
});
