import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { discover, metadataUrls } from '../src/discover.ts';
import { isSecureUrl } from '../src/secure-url.ts';

describe('addresses of metadata:', () => {
  const rows = [
    {
      issuer: 'https://a.example',
      urls: [
        'https://a.example/.well-known/oauth-authorization-server',
        'https://a.example/.well-known/openid-configuration',
      ],
    },
    {
      issuer: 'https://a.example/',
      urls: [
        'https://a.example/.well-known/oauth-authorization-server',
        'https://a.example/.well-known/openid-configuration',
      ],
    },
    {
      issuer: 'https://a.example:8443/t/1/',
      urls: [
        'https://a.example:8443/.well-known/oauth-authorization-server/t/1',
        'https://a.example:8443/t/1/.well-known/openid-configuration',
      ],
    },
  ];
  for (const { issuer, urls } of rows) {
    test(`RFC 8414 §3.1 and OpenID Connect for ${issuer}`, () => {
      assert.deepEqual(metadataUrls(new URL(issuer)), urls);
    });
  }
});

describe('addresses that keys may come from:', () => {
  const rows: readonly { readonly url: string; readonly isSecure: boolean; readonly withDanger: boolean }[] =
    [
      { url: 'https://a.example', isSecure: true, withDanger: true },
      { url: 'http://localhost:4000', isSecure: true, withDanger: true },
      { url: 'http://127.0.0.1:4000', isSecure: true, withDanger: true },
      { url: 'http://[::1]:4000', isSecure: true, withDanger: true },
      { url: 'http://a.example', isSecure: false, withDanger: true },
      { url: 'http://127.0.0.1.a.example', isSecure: false, withDanger: true },
      { url: 'http://localhost.a.example', isSecure: false, withDanger: true },
      { url: 'http://169.254.169.254', isSecure: false, withDanger: true },
      { url: 'https://user:word@a.example', isSecure: false, withDanger: false },
      { url: 'http://user@localhost', isSecure: false, withDanger: false },
      { url: 'file:///etc/passwd', isSecure: false, withDanger: false },
      { url: 'data:application/json,{}', isSecure: false, withDanger: false },
    ];
  for (const { url, isSecure, withDanger } of rows) {
    test(`${url}: ${isSecure}, and ${withDanger} with dangerAllowHttp`, () => {
      assert.deepEqual(
        [isSecureUrl(new URL(url), false), isSecureUrl(new URL(url), true)],
        [isSecure, withDanger],
      );
    });
  }
});

describe('discovery:', () => {
  const issuer = 'https://a.example';

  function answering(metadata: Record<string, unknown>): Parameters<typeof discover>[1] {
    const fetch = async (): Promise<Response> => Response.json(metadata);
    return { fetch, signal: new AbortController().signal, dangerAllowHttp: true };
  }

  test('keys of a safe issuer never come in the clear, not even from this machine', async () => {
    for (const jwks_uri of ['http://a.example/jwks', 'http://localhost/jwks']) {
      const found = await discover(issuer, answering({ issuer, jwks_uri }));
      assert.deepEqual(found, { kind: 'failed', fault: 'jwks_uri_insecure' });
    }
  });

  test('keys may lie on another host', async () => {
    const found = await discover(issuer, answering({ issuer, jwks_uri: 'https://keys.example/a' }));
    assert.deepEqual(found, { kind: 'found', jwksUri: 'https://keys.example/a' });
  });

  test('A-101: the issuer in the metadata is compared as it is written', async () => {
    const jwks_uri = 'https://a.example/jwks';
    for (const stated of [
      'https://a.example/',
      'https://A.example',
      'https://a.example:443',
      undefined,
      [issuer],
    ]) {
      const found = await discover(issuer, answering({ issuer: stated, jwks_uri }));
      assert.deepEqual(found, { kind: 'failed', fault: 'issuer_mismatch' });
    }
  });

  test('A-086: an answer that never ends is given up when the time is over', async () => {
    const overdue = new AbortController();
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{', () => overdue.abort());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const options = { fetch, signal: overdue.signal, dangerAllowHttp: false };
    const found = await discover(`http://127.0.0.1:${address.port}`, options);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    assert.deepEqual(found, { kind: 'failed', fault: 'unreachable' });
  });
});
