import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AlgorithmName, exportJwk, generateKey, type Key, signJwt } from '@countersign/tokens';

export const AUDIENCE = 'https://api.example';
/** 2026-11-22T00:00:00Z. */
export const START_MS = 1_795_305_600_000;

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

export interface TinyIssuer {
  readonly url: string;
  readonly key: Key;
  /** What the server was asked, in order. */
  readonly requests: string[];
  /** Replaces answers by path; a path that is absent answers as an issuer should. */
  readonly answers: Map<string, Answer>;
  publish(keys: readonly Key[], cacheControl?: string): void;
  stop(): Promise<void>;
}

/** An issuer as a guard sees it: metadata and keys over real HTTP, and nothing else. */
export async function startIssuer(algorithm: AlgorithmName = 'ES256'): Promise<TinyIssuer> {
  const key = generateKey(algorithm);
  const requests: string[] = [];
  const answers = new Map<string, Answer>();
  let published: readonly Key[] = [key];
  let cacheControl = 'max-age=300';
  let url = '';
  const usual: Record<string, () => Answer> = {
    '/.well-known/oauth-authorization-server': () => ({
      body: JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }),
    }),
    '/jwks': () => ({
      headers: { 'cache-control': cacheControl },
      body: JSON.stringify({ keys: published.map((one) => exportJwk(one)) }),
    }),
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = answers.get(path) ?? usual[path]?.() ?? { status: 404, body: '' };
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    key,
    requests,
    answers,
    publish: (keys, caching = cacheControl) => {
      published = keys;
      cacheControl = caching;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface Minting {
  readonly key: Key;
  readonly issuer: string;
  readonly nowMs?: number;
  readonly type?: string;
  readonly expiresInSeconds?: number;
  /** Added to, or put in place of, the usual claims; `undefined` leaves one out. */
  readonly claims?: Record<string, unknown>;
}

/** An access token as RFC 9068 §2.2 describes it, with whatever a row wants to be different. */
export function mint(minting: Minting): string {
  const nowMs = minting.nowMs ?? START_MS;
  const claims = {
    iss: minting.issuer,
    aud: AUDIENCE,
    sub: 'user-1',
    client_id: 'first-party',
    jti: 'token-1',
    sid: 'session-1',
    scope: 'profile orders:read',
    roles: ['user'],
    permissions: ['orders:read'],
    auth_time: Math.floor(nowMs / 1000) - 10,
    acr: 'aal1',
    amr: ['pwd'],
    ...minting.claims,
  };
  const stated = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return signJwt(stated, {
    key: minting.key,
    type: minting.type ?? 'at+jwt',
    expiresInSeconds: minting.expiresInSeconds ?? 300,
    now: () => nowMs,
  });
}
