import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromBase64url, toBase64url } from '../src/base64url.ts';
import { hmacSha256 } from '../src/hmac.ts';
import { createSecret, makeRequestId } from '../src/request-id.ts';
import { sha256 } from '../src/sha256.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Uint8Array.from(array));

describe('request id', () => {
  it('is the same with and without crypto.subtle', async () => {
    const record = { secret: createSecret(crypto), refreshToken: 'cs_rt_x' };
    assert.equal(await makeRequestId(record, undefined), await makeRequestId(record, crypto.subtle));
  });

  it('uses the session id where the token cannot be read', async () => {
    const secret = createSecret(crypto);
    const expected = createHmac('sha256', Buffer.from(secret, 'base64url'))
      .update('sid-1')
      .digest('base64url');
    assert.equal(await makeRequestId({ secret, sid: 'sid-1' }, crypto.subtle), expected);
  });

  it('differs for another secret and for another token', async () => {
    const secrets = [createSecret(crypto), createSecret(crypto)];
    const ids = await Promise.all(
      secrets.flatMap((secret) =>
        ['cs_rt_a', 'cs_rt_b'].map((refreshToken) => makeRequestId({ secret, refreshToken }, crypto.subtle)),
      ),
    );
    assert.equal(new Set(ids).size, 4);
  });

  it('SHA-256 in script agrees with the runtime', () => {
    fc.assert(
      fc.property(bytes, (message) => {
        assert.deepEqual(Buffer.from(sha256(message)), createHash('sha256').update(message).digest());
      }),
    );
  });

  it('HMAC in script agrees with the runtime', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (key, message) => {
        const expected = createHmac('sha256', key).update(message).digest();
        assert.deepEqual(Buffer.from(await hmacSha256(key, message, undefined)), expected);
      }),
    );
  });

  it('base64url survives the round trip and refuses the rest', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = toBase64url(value);
        assert.equal(text, Buffer.from(value).toString('base64url'));
        assert.deepEqual(fromBase64url(text), value);
      }),
    );
    for (const text of ['a', 'aa=', 'a+', 'a/', ' aa', 'ä'])
      assert.equal(fromBase64url(text), undefined, text);
  });
});
