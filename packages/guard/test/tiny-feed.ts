import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  encodeBatch,
  encodeEvent,
  type EventScope,
  eventTypes,
  extendChain,
  fingerprint,
  isEpochScope,
  signHead,
} from '@countersign/revocation';
import { exportJwk, generateKey } from '@countersign/tokens';
import type { TinyIssuer } from './tiny-issuer.ts';

export const CLIENT = { clientId: 'api one', clientSecret: 's3cret: +/%&=ü' } as const;

export interface TinyFeed {
  /** The feed's base address. */
  readonly url: string;
  readonly seq: number;
  /** Method and path of what was asked, in order. */
  readonly requests: string[];
  /** Bearer tokens and Basic credentials, as they came. */
  readonly credentials: string[];
  /** Commits an event and tells every stream at once, unless they are frozen. */
  revoke(scope: EventScope, name?: string): number;
  /** Sends a head to every stream. */
  tick(): void;
  /** Answers nothing but 503 and ends its streams, until it is `true` again. */
  answers: boolean;
  /** Keeps streams open but sends nothing on them. */
  isFrozen: boolean;
  ttlMaxSeconds: number;
  stop(): Promise<void>;
}

export interface FeedOptions {
  readonly issuer: TinyIssuer;
  readonly now: () => number;
}

/** A feed as a guard sees it: signed heads, events and tokens for it over real HTTP. */
export async function startFeed({ issuer, now }: FeedOptions): Promise<TinyFeed> {
  const feedKey = generateKey('ES256', { keyId: 'feed-key-01' });
  const fingerprintKey = randomBytes(16);
  const token = randomBytes(16).toString('base64url');
  const events: Uint8Array[] = [];
  const hashes: Uint8Array[] = [new Uint8Array(32)];
  const streams = new Set<ServerResponse>();
  const hashAt = (seq: number): Uint8Array => hashes[seq] ?? new Uint8Array(32);

  const head = (withSnapshot = false): string => {
    const seq = events.length;
    const content = createHash('sha256').update(Buffer.concat(events)).digest();
    const snapshot = withSnapshot ? { seq, hash: hashAt(seq), content } : undefined;
    const { ttlMaxSeconds } = feed;
    const members = {
      issuer: issuer.url,
      seq,
      hash: hashAt(seq),
      timeMs: now(),
      ttlMaxSeconds,
      gap: 0,
      snapshot,
    };
    return signHead(members, feedKey);
  };
  const batchFrom = (after: number): string =>
    encodeBatch({ after, events: Buffer.concat(events.slice(after)), head: head() });
  const tell = (after: number): void => {
    if (feed.isFrozen) return;
    for (const stream of streams) stream.write(`id: ${events.length}\ndata: ${batchFrom(after)}\n\n`);
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://feed');
    const after = Number(searchParams.get('after') ?? 0);
    const json = (status: number, body: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    };
    const { authorization = '' } = request.headers;
    feed.requests.push(`${request.method} ${pathname}`);
    feed.credentials.push(authorization);
    if (!feed.answers) return json(503, '{}');
    if (pathname === '/token') {
      if (authorization !== basic) return json(401, '{"error":"invalid_client"}');
      return json(200, JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 300 }));
    }
    if (authorization !== `Bearer ${token}`) return json(401, '{}');
    if (pathname === '/revocations/keys') {
      const encoded = Buffer.from(fingerprintKey).toString('base64url');
      const keys = [exportJwk(feedKey)];
      return json(200, JSON.stringify({ issuer: issuer.url, fingerprint_key: encoded, keys }));
    }
    if (pathname === '/revocations/head') return json(200, JSON.stringify({ head: head(true) }));
    if (pathname === '/revocations/log') return json(200, batchFrom(after));
    if (pathname === '/revocations/ack') return void response.writeHead(204).end();
    if (pathname.startsWith('/revocations/snapshot/')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.concat(events));
      return;
    }
    if (pathname !== '/revocations/stream') return json(404, '{}');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.add(response);
    response.on('close', () => streams.delete(response));
    if (!feed.isFrozen) response.write(`id: ${events.length}\ndata: ${batchFrom(after)}\n\n`);
  };

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const origin = `http://127.0.0.1:${address.port}`;
  let answersNow = true;
  const feed: TinyFeed = {
    url: `${origin}/revocations`,
    get seq() {
      return events.length;
    },
    requests: [],
    credentials: [],
    revoke: (scope, name) => {
      const seq = events.length + 1;
      const fields = name === undefined ? [] : [name];
      const event = encodeEvent({
        scope,
        notAfterSeconds: Math.ceil(now() / 1000) + feed.ttlMaxSeconds,
        fingerprint: fingerprint(fingerprintKey, eventTypes[scope], fields),
        epoch: isEpochScope(scope) ? seq : 0,
      });
      hashes.push(extendChain(hashAt(seq - 1), event));
      events.push(event);
      tell(seq - 1);
      return seq;
    },
    tick: () => tell(events.length),
    get answers() {
      return answersNow;
    },
    set answers(value) {
      answersNow = value;
      if (!value) for (const stream of streams) stream.destroy();
    },
    isFrozen: false,
    ttlMaxSeconds: 300,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  publishFeed(issuer, { revocation_feed: feed.url, token_endpoint: `${origin}/token` });
  return feed;
}

/** RFC 6749 §2.3.1, written out by hand. */
const basic = `Basic ${Buffer.from('api+one:s3cret%3A+%2B%2F%25%26%3D%C3%BC').toString('base64')}`;

/** What the issuer's metadata says of its feed. */
export function publishFeed(issuer: TinyIssuer, members: Record<string, unknown>): void {
  issuer.answers.set('/.well-known/oauth-authorization-server', {
    body: JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, ...members }),
  });
}
