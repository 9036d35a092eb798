import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import jwt, * as all from '@countersign/jsonwebtoken';
import type * as original from 'jsonwebtoken';

process.removeAllListeners('warning');

/**
 * What compiles here is most of the test: whoever was typed by
 * `@types/jsonwebtoken` is typed by this package. Nothing is asserted about it at run time.
 */
const verbs: Pick<typeof original, 'sign' | 'verify' | 'decode'> = jwt;
const classes: Pick<typeof original, 'JsonWebTokenError' | 'NotBeforeError' | 'TokenExpiredError'> = all;

function translate(
  options: original.SignOptions & original.VerifyOptions,
): jwt.SignOptions & jwt.VerifyOptions {
  return options;
}

function translateBack(
  payload: jwt.JwtPayload,
  header: jwt.JwtHeader,
): [original.JwtPayload, original.JwtHeader] {
  return [payload, header];
}

/** As applications write it. */
const secret: jwt.Secret = 'a secret of forty bytes, which is enough';
const options: jwt.SignOptions = { expiresIn: '1h', algorithm: 'HS256' };
const find: jwt.GetPublicKeyOrSecret = (header, callback) => {
  callback(header.kid === 'none' ? new Error('no such key') : null, secret);
};

test('the types are those of @types/jsonwebtoken, used as applications use them', async () => {
  assert.equal(verbs.sign, all.sign);
  assert.equal(classes.JsonWebTokenError, jwt.JsonWebTokenError);
  const token: string = jwt.sign({ sub: 'ann', roles: ['user'] }, secret, options);
  const payload = jwt.verify(token, secret, { algorithms: ['HS256'] });
  assert.ok(typeof payload !== 'string');
  const roles: string[] = payload['roles'];
  assert.deepEqual(roles, ['user']);
  assert.equal((jwt.verify(token, secret) as jwt.JwtPayload).sub, 'ann');

  const { header, signature }: jwt.Jwt = jwt.verify(token, secret, { complete: true });
  assert.deepEqual([header.alg, typeof signature], ['HS256', 'string']);
  assert.equal(jwt.decode(token, { complete: true })?.header.typ, 'JWT');
  assert.equal(jwt.decode(token, { json: true })?.sub, 'ann');
  assert.ok(translate({ algorithm: 'HS256', audience: ['a'] }) && translateBack(payload, header));

  const found = await new Promise<jwt.VerifyErrors | string | undefined>((resolve) => {
    jwt.verify(token, find, { issuer: 'nobody' }, (error, decoded) => {
      resolve(error ?? JSON.stringify(decoded));
    });
  });
  assert.ok(found instanceof jwt.JsonWebTokenError);

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const signed = await new Promise<string | undefined>((resolve, reject) => {
    jwt.sign({ sub: 'ann' }, { key: pem, passphrase: '' }, { algorithm: 'RS256' }, (error, encoded) => {
      if (error) reject(error);
      else resolve(encoded);
    });
  });
  const key = createPublicKey({ key: publicKey.export({ format: 'jwk' }), format: 'jwk' });
  assert.ok(jwt.verify(signed ?? '', key, { algorithms: ['RS256', 'PS256'] }));
});
