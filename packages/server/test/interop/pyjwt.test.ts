import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { promisify } from 'node:util';
import { hasPyJwt } from '../../../../test/prepare-machine.ts';
import { startIssuer } from './running-issuer.ts';

/** What a service in another language does: fetch the key set, verify, read claims. */
const program = `
import sys, json, jwt
issuer, token, algorithm = sys.argv[1:]
key = jwt.PyJWKClient(issuer + "/.well-known/jwks.json").get_signing_key_from_jwt(token).key
claims = jwt.decode(token, key, algorithms=[algorithm], audience=issuer, issuer=issuer,
    options={"require": ["exp", "iat", "sub", "jti"]})
print(json.dumps(claims))
`;

for (const algorithm of ['ES256', 'RS256'] as const) {
  test(`PyJWT verifies an ${algorithm} token with our key set, and refuses a changed one`, {
    skip: hasPyJwt() ? false : 'there is no PyJWT',
  }, async (t) => {
    const { issuer, accessToken } = await startIssuer(t, { signingAlgorithm: algorithm });
    const run = (token: string): Promise<{ stdout: string }> =>
      promisify(execFile)('/usr/bin/python3', ['-c', program, issuer, token, algorithm]);
    const claims = JSON.parse((await run(accessToken)).stdout);
    assert.equal(claims.client_id, 'first-party');
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const changed = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
    assert.notEqual(changed, payload);
    await assert.rejects(run([header, changed, signature].join('.')), /InvalidSignatureError/);
  });
}
