import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  createReplaySet,
  decodeUnverified,
  findConfirmedThumbprint,
  verifyDpopProof,
} from '../../src/index.ts';
import { refuses } from '../forge.ts';

const fields = ['source', 'proof', 'method', 'url', 'iat', 'accessToken'];
const { vectors } = JSON.parse(readFileSync(new URL('../vectors/dpop.json', import.meta.url), 'utf8'));
assert.ok(Array.isArray(vectors));

/** RFC 9449 Figure 9. */
const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
/** RFC 9449 Figure 8; its own key is not published. */
const boundToken =
  'eyJhbGciOiJFUzI1NiIsImtpZCI6IkJlQUxrYiJ9.eyJzdWIiOiJzb21lb25lQGV4YW1wbGUuY29tIiwiaXNzIjoiaHR0cHM6Ly9zZXJ2ZXIuZXhhbXBsZS5jb20iLCJuYmYiOjE1NjIyNjI2MTEsImV4cCI6MTU2MjI2NjIxNiwiY25mIjp7ImprdCI6IjBaY09DT1JaTll5LURXcHFxMzBqWnlKR0hUTjBkMkhnbEJWM3VpZ3VBNEkifX0.3Tyo8VTcn6u_PboUmAOYUY1kfAavomW_YwYMkmRNizLJoQzWy2fCo79Zi5yObpIzjWb5xW4OGld7ESZrh0fsrA';

for (const { source, proof, method, url, iat, accessToken, ...rest } of vectors) {
  test(`${source}: the published proof verifies, once`, () => {
    assert.deepEqual(rest, {}, `fields are ${fields.join(', ')}`);
    const options = {
      method,
      url,
      algorithms: ['ES256'],
      replays: createReplaySet(),
      jkt,
      ...(accessToken === null ? {} : { accessToken }),
      now: () => iat * 1000,
    } as const;
    assert.equal(verifyDpopProof(proof, options).jkt, jkt);
    refuses(() => verifyDpopProof(proof, options), 'proof_replayed', 'jti');
  });
}

test('RFC 9449 Figure 8: the thumbprint to which the published token is bound', () => {
  assert.equal(findConfirmedThumbprint(decodeUnverified(boundToken).claims), jkt);
});
