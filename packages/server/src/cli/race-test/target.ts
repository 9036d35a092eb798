import { createHmac, randomBytes } from 'node:crypto';

/** Asked once with a token, by somebody. */
export type RefreshAnswer =
  | {
      readonly kind: 'renewed';
      readonly accessToken: string | undefined;
      /** The presented one where the server answered with none (RFC 6749 §6). */
      readonly refreshToken: string;
      readonly isRotated: boolean;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string }
  /** Neither: a limit, a fault, no connection. */
  | { readonly kind: 'failed'; readonly status: number | undefined };

/** A refresh endpoint as the trials see it. */
export interface Target {
  refresh(refreshToken: string, caller: RefreshCaller): Promise<RefreshAnswer>;
  /** Whether the resource still takes an access token; `undefined` where none was named. */
  isAccepted(accessToken: string): Promise<boolean | undefined>;
}

/** Somebody who has a copy of the token. What nobody else has is his secret. */
export interface RefreshCaller {
  readonly secret: Uint8Array;
}

export function newCaller(): RefreshCaller {
  return { secret: randomBytes(32) };
}

export interface TargetOptions {
  readonly url: string;
  readonly form: 'oauth' | 'countersign';
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** How a client with a secret says it: RFC 6749 §2.3.1. */
  readonly clientAuth: 'basic' | 'post';
  /** Header that names one refresh, the same in each repeat of it; `undefined`: none is sent. */
  readonly requestIdHeader: string | undefined;
  /** Answers 2xx to a good access token. */
  readonly resource: string | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly pause: (ms: number) => Promise<void>;
}

const patienceMs = 15_000;
const mostWaits = 5;
const longestWaitSeconds = 60;

export function openTarget(options: TargetOptions): Target {
  return {
    async refresh(refreshToken, caller) {
      for (let waits = 0; ; waits++) {
        const response = await send(options, options.url, writeRequest(options, refreshToken, caller));
        const waitSeconds = Number(response?.headers.get('retry-after') ?? Number.NaN);
        const isLimited = response?.status === 429 && waitSeconds <= longestWaitSeconds;
        if (!isLimited || waits >= mostWaits) return readAnswer(response, refreshToken);
        await options.pause(waitSeconds * 1000);
      }
    },
    async isAccepted(accessToken) {
      if (options.resource === undefined) return undefined;
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await send(options, options.resource, { headers }))?.ok;
    },
  };
}

async function send({ fetch }: TargetOptions, url: string, init: RequestInit): Promise<Response | undefined> {
  return fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(patienceMs) }).catch(
    () => undefined,
  );
}

function writeRequest(options: TargetOptions, refreshToken: string, caller: RefreshCaller): RequestInit {
  const { form, requestIdHeader } = options;
  const headers = new Headers({ accept: 'application/json' });
  if (requestIdHeader !== undefined) headers.set(requestIdHeader, nameRequest(caller, refreshToken));
  if (form === 'countersign') {
    headers.set('content-type', 'application/json');
    return { method: 'POST', headers, body: JSON.stringify({ refresh_token: refreshToken }) };
  }
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const { clientId, clientSecret, clientAuth } = options;
  if (clientId !== undefined && clientSecret !== undefined && clientAuth === 'basic') {
    headers.set('authorization', `Basic ${writeBasic(clientId, clientSecret)}`);
  } else {
    if (clientId !== undefined) body.set('client_id', clientId);
    if (clientSecret !== undefined) body.set('client_secret', clientSecret);
  }
  return { method: 'POST', headers, body };
}

/** As a client would that keeps a secret beside its token: the same for each repeat, another for each token. */
function nameRequest({ secret }: RefreshCaller, refreshToken: string): string {
  return createHmac('sha256', secret).update(refreshToken).digest('base64url');
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function writeBasic(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64');
}

async function readAnswer(response: Response | undefined, presented: string): Promise<RefreshAnswer> {
  if (response === undefined) return { kind: 'failed', status: undefined };
  const { status } = response;
  const members = readMembers(await response.text().catch(() => ''));
  if (response.ok) {
    const refreshToken = textOf(members, 'refresh_token') ?? presented;
    const accessToken = textOf(members, 'access_token');
    return { kind: 'renewed', accessToken, refreshToken, isRotated: refreshToken !== presented };
  }
  const isRefused = [400, 401, 403].includes(status);
  if (!isRefused) return { kind: 'failed', status };
  const error = textOf(members, 'error') ?? textOf(members, 'code') ?? 'no error code';
  return { kind: 'refused', status, error };
}

export function readMembers(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
  } catch {
    return new Map();
  }
}

export function textOf(members: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = members.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
