import type { FeedFault } from './discover-feed.ts';
import type { Fetch } from './fetch-json.ts';

/** A client that the issuer knows, with scope `revocations:read`. */
export interface FeedClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Thrown with a code and nothing else: no secret, no address, no answer. */
export class FeedUnavailable extends Error {
  override readonly name = 'FeedUnavailable';
  readonly fault: FeedFault;

  constructor(fault: FeedFault) {
    super(fault);
    this.fault = fault;
  }
}

export interface FeedTokenOptions {
  readonly client: FeedClient;
  readonly tokenEndpoint: string;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Fires on `close`. */
  readonly closed: AbortSignal;
}

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

const timeoutMs = 5_000;
const maxAnswerBytes = 64 * 1024;
/** So often within `refusalsMs` a token is replaced because a feed refused it. */
const maxRefusals = 3;
const refusalsMs = 300_000;

/**
 * Make a function that has an access token for the feed.
 *
 * The token is renewed when half of its life is over; while that fails, the one
 * at hand serves until it expires. Everybody who waits shares one call. The
 * client authenticates with HTTP Basic, both parts form-encoded first.
 *
 * The function takes the token that the feed has just refused, which is not given
 * out again, unless that happens too often: a relay that refuses every token must
 * not use up what the issuer allows its client.
 *
 * @throws FeedUnavailable when there is no token to be had
 * @see RFC 6749 §2.3.1, §4.4
 */
export function createFeedToken(options: FeedTokenOptions): (refused?: string) => Promise<string> {
  let held: Held | undefined;
  let flight: Promise<Held> | undefined;
  const refusedAtMs: number[] = [];
  const drop = (nowMs: number): void => {
    while (refusedAtMs[0] !== undefined && Math.abs(nowMs - refusedAtMs[0]) >= refusalsMs)
      refusedAtMs.shift();
    if (refusedAtMs.length >= maxRefusals) return;
    refusedAtMs.push(nowMs);
    held = undefined;
  };
  const renew = (): Promise<Held> => {
    flight ??= fetchToken(options)
      .then((next) => {
        held = next;
        return next;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };
  return async (refused) => {
    const nowMs = options.now();
    if (held !== undefined && held.token === refused) drop(nowMs);
    const usable = held !== undefined && nowMs < held.expiresAtMs ? held : undefined;
    if (usable !== undefined && nowMs < usable.renewAtMs) return usable.token;
    if (usable === undefined) return (await renew()).token;
    return renew().then(
      (next) => next.token,
      () => usable.token,
    );
  };
}

async function fetchToken(options: FeedTokenOptions): Promise<Held> {
  const askedAtMs = options.now();
  const { status, body } = await ask(options);
  const members = readMembers(body);
  if (status === 400 && members.get('error') === 'invalid_scope') throw new FeedUnavailable('scope_refused');
  if (status === 400 || status === 401 || status === 403) throw new FeedUnavailable('credential_refused');
  if (status !== 200) throw new FeedUnavailable('token_endpoint_unreachable');
  const token = members.get('access_token');
  const type = members.get('token_type');
  const seconds = members.get('expires_in');
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer';
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || !isBearer || !isLife(seconds)) {
    throw new FeedUnavailable('token_answer_invalid');
  }
  return { token, renewAtMs: askedAtMs + seconds * 500, expiresAtMs: askedAtMs + seconds * 1000 };
}

async function ask(options: FeedTokenOptions): Promise<{ readonly status: number; readonly body: string }> {
  const { client, tokenEndpoint, fetch, closed } = options;
  try {
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${encodeBasic(client)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=revocations%3Aread',
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, body: await readBody(response) };
  } catch {
    // What `fetch` throws may quote the request, and with it the secret.
    throw new FeedUnavailable('token_endpoint_unreachable');
  }
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new RangeError('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readMembers(body: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}

function isLife(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && seconds > 0 && seconds <= 86_400;
}

/** RFC 6749 §2.3.1: each part in the form encoding of its appendix B, then Basic (RFC 7617 §2). */
function encodeBasic({ clientId, clientSecret }: FeedClient): string {
  return Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64');
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
