import { createHash, randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import {
  acknowledgementMac,
  createHeadReader,
  type EventScope,
  extendChain,
  type VerifiedHead,
} from '@countersign/revocation';
import { createKeySet, importJwk } from '@countersign/tokens';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { beginAct } from '../../src/flows/begin-act.ts';
import { commitAct } from '../../src/flows/commit-act.ts';
import { publishEvents } from '../../src/store/revocations.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../../src/testing.ts';
import { source } from '../flows/test-house.ts';

export interface FollowingClient {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

export async function openFeedHouse(t: TestContext, options?: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options);
  t.after(() => server.close());
  return server;
}

/** A machine client that may follow, with a token. */
export async function addFollower(
  server: TestServer,
  scopes = ['revocations:read'],
): Promise<FollowingClient> {
  const actor = { kind: 'command-line' } as const;
  const made = await createClient(server.house, { actor, name: 'orders', scopes }, source);
  const { id } = made.client;
  const secret = made.clientSecret;
  return { id, secret, token: await fetchToken(server, { id, secret }) };
}

export async function fetchToken(
  server: TestServer,
  { id, secret }: { readonly id: string; readonly secret: string },
): Promise<string> {
  const response = await server.fetch('/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret }),
  });
  const answer: unknown = await response.json();
  return textOf(answer, 'access_token');
}

export function ask(
  server: TestServer,
  path: string,
  { token, headers = {} }: { readonly token: string; readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  return server.fetch(path, { headers: { authorization: `Bearer ${token}`, ...headers } });
}

export function textOf(value: unknown, name: string): string {
  const found =
    typeof value === 'object' && value !== null
      ? Object.getOwnPropertyDescriptor(value, name)?.value
      : undefined;
  if (typeof found !== 'string') throw new TypeError(`no text ${name} in ${JSON.stringify(value)}`);
  return found;
}

export interface ReadBatch {
  readonly head: VerifiedHead;
  readonly after: number | undefined;
  readonly events: Uint8Array;
}

/** Reads batches as a follower does that believes nothing unsigned. */
export async function createBatchReader(
  server: TestServer,
  token: string,
): Promise<(text: string) => ReadBatch> {
  const keys = readKeys(await (await ask(server, '/revocations/keys', { token })).json());
  const read = createHeadReader({ issuer: server.issuer, keys, now: server.clock.now });
  return (text) => {
    const batch: unknown = JSON.parse(text);
    const { after, events = '' } = Object(batch);
    return { head: read(textOf(batch, 'head')), after, events: Buffer.from(events, 'base64url') };
  };
}

function readKeys(answer: unknown) {
  const { keys } = Object(answer);
  if (!Array.isArray(keys)) throw new TypeError('no keys');
  return createKeySet(keys.map((jwk: unknown) => importJwk(jwk, { algorithm: 'ES256' })));
}

/** Where a follower stands; moves only by events that lead to a verified head. */
export interface Place {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export function moveOn(place: Place, { head, events, after }: ReadBatch): Place {
  if (events.length > 0 && after !== place.seq)
    throw new Error('a batch that does not begin where it should');
  const hash = extendChain(place.hash, events);
  const seq = place.seq + events.length / 24;
  if (seq !== head.seq || Buffer.compare(hash, head.hash) !== 0)
    throw new Error('the chain does not reach the head');
  return { seq, hash };
}

export interface EventStream {
  /** The data of the next event; undefined at the end. */
  next(): Promise<string | undefined>;
  cancel(): Promise<void>;
}

export function readStream(response: Response): EventStream {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('no body');
  let text = '';
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          return /^data: (.*)$/m.exec(event)?.[1];
        }
        const { done, value } = await reader.read();
        if (done) return undefined;
        text += value;
      }
    },
    cancel: () => reader.cancel(),
  };
}

export interface AckForm {
  readonly client: FollowingClient;
  readonly place: Place;
  readonly process?: string;
  readonly maxStalenessSeconds?: number;
}

export const newProcess = (): string => randomBytes(16).toString('base64url');

export function acknowledgementBody(form: AckForm): Readonly<Record<string, string | number>> {
  const { client, place, process = newProcess(), maxStalenessSeconds = 10 } = form;
  const { seq, hash } = place;
  const acknowledgement = { clientId: client.id, process, seq, hash, maxStalenessSeconds };
  const key = createHash('sha256').update(client.secret).digest();
  return {
    client_id: client.id,
    process,
    seq,
    hash: Buffer.from(hash).toString('base64url'),
    max_staleness_seconds: maxStalenessSeconds,
    mac: Buffer.from(acknowledgementMac(key, acknowledgement)).toString('base64url'),
  };
}

export function acknowledge(server: TestServer, form: AckForm): Promise<Response> {
  return server.fetch('/revocations/ack', {
    method: 'POST',
    headers: { authorization: `Bearer ${form.client.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(acknowledgementBody(form)),
  });
}

export interface Revoked {
  readonly scope: EventScope;
  readonly subject: string;
}

/** An act with its events, as flows commit them. */
export async function revoke(server: TestServer, ...events: readonly Revoked[]): Promise<void> {
  const { house } = server;
  const act = beginAct(house, 'anonymous', source);
  await commitAct(house, [
    act.record('session.ended', { subject: 'test' }),
    ...publishEvents(
      house.feed,
      act,
      events.map((event) => ({ ...event, reason: 'test' })),
    ),
  ]);
}

export const session = (n: number | string): Revoked => ({ scope: 'session', subject: `session-${n}` });

/** A stream that is open, read by a follower that believes nothing unsigned. */
export interface Follower {
  readonly place: Place;
  /** Takes the next batch in; undefined at the end of the stream. */
  next(): Promise<ReadBatch | undefined>;
  cancel(): Promise<void>;
}

/** Begins at the newest head. */
export async function follow(server: TestServer, token: string): Promise<Follower> {
  const read = await createBatchReader(server, token);
  const { head } = read(await (await ask(server, '/revocations/head', { token })).text());
  const stream = readStream(await ask(server, `/revocations/stream?after=${head.seq}`, { token }));
  let place: Place = head;
  const next = async (): Promise<ReadBatch | undefined> => {
    const text = await stream.next();
    if (text === undefined) return undefined;
    const batch = read(text);
    place = moveOn(place, batch);
    return batch;
  };
  await next();
  return {
    get place() {
      return place;
    },
    next,
    cancel: () => stream.cancel(),
  };
}
