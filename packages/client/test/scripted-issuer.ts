import { createHmac, randomBytes } from 'node:crypto';

/**
 * The issuer as a client sees it: one `fetch` function that answers by the
 * refresh table of the design, with a fault to inject before or after it acts.
 */
export interface ScriptedIssuer {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Every request that arrived. */
  readonly log: SeenRequest[];
  /** Refreshes that arrived. */
  readonly refreshes: () => SeenRequest[];
  /** Sessions ended because a spent token came back: must stay 0 for honest users. */
  readonly alarms: () => number;
  readonly revoke: (sid: string) => void;
  readonly liveSessions: () => string[];
  /** Decides what happens to the next requests; `undefined` lets one through. */
  fault: ((request: SeenRequest) => Fault | undefined) | undefined;
  /** What happens when a request of another path arrives. */
  api: ((request: SeenRequest) => Response) | undefined;
  expiresInSeconds: number;
  /** Roles that new tokens carry. */
  roles: string[];
  /** Whom the next sign-ins are of, whatever they say. */
  signsIn: string | undefined;
  /** The browser's jar: refresh cookie of this site. */
  cookie: string | undefined;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly init: RequestInit;
}

/**
 * `lost`: the issuer acts, the answer never arrives. `cut`: the request never arrives there.
 * A promise: the issuer acts once it is kept. `late`: the issuer acts at once, the answer arrives once it is kept.
 */
export type Fault = 'lost' | 'cut' | Response | Promise<undefined> | { readonly late: Promise<void> };

interface Session {
  readonly sid: string;
  readonly refreshId: Buffer;
  readonly userId: string;
  counter: number;
  requestId: string | null;
  isLive: boolean;
}

let issuers = 0;

export function createScriptedIssuer(): ScriptedIssuer {
  issuers += 1;
  const sessions: Session[] = [];
  const log: SeenRequest[] = [];
  let alarms = 0;
  const answer = (session: Session, isCookie: boolean): Response => {
    const refreshToken = writeRefreshToken(session);
    if (isCookie) issuer.cookie = refreshToken;
    return json(200, {
      access_token: writeAccessToken(session.sid),
      token_type: 'Bearer',
      expires_in: issuer.expiresInSeconds,
      ...(isCookie ? {} : { refresh_token: refreshToken }),
      refresh_expires_in: 1_209_600,
      user: writeUser(session.userId, issuer.roles),
    });
  };
  const find = (token: unknown): { session: Session; counter: number } | undefined => {
    const bytes = Buffer.from(String(token).slice('cs_rt_'.length), 'base64url');
    const session = sessions.find(({ refreshId }) => refreshId.equals(bytes.subarray(1, 17)));
    return session === undefined ? undefined : { session, counter: bytes.readUInt32BE(17) };
  };
  const end = (token: unknown): void => {
    const found = find(token);
    if (found !== undefined) found.session.isLive = false;
  };
  const open = (userId: string): Session => {
    const session = {
      sid: randomBytes(16).toString('base64url'),
      refreshId: randomBytes(16),
      userId,
      counter: 0,
      requestId: null,
      isLive: true,
    };
    sessions.push(session);
    return session;
  };
  const refresh = (seen: SeenRequest): Response => {
    const isCookie = seen.body.refresh_token === undefined;
    const found = find(isCookie ? issuer.cookie : seen.body.refresh_token);
    const requestId = seen.headers.get('idempotency-key');
    if (found === undefined || !found.session.isLive) return problem(401, 'invalid_grant');
    const { session, counter } = found;
    if (counter === session.counter) {
      session.counter += 1;
      session.requestId = requestId;
    } else if (counter !== session.counter - 1 || requestId === null || requestId !== session.requestId) {
      alarms += 1;
      session.isLive = false;
      return problem(401, 'invalid_grant');
    }
    return answer(session, isCookie);
  };
  const routes: Record<string, (seen: SeenRequest) => Response> = {
    'POST /v1/login': ({ body }) => {
      if (body.password !== 'right') return problem(401, 'invalid_credentials');
      end(body.storage === 'cookie' ? issuer.cookie : body.refresh_token);
      return answer(open(issuer.signsIn ?? nameOf(body.identifier)), body.storage === 'cookie');
    },
    'POST /v1/register': ({ body }) => json(201, { user: writeUser(String(body.email), issuer.roles) }),
    'POST /v1/refresh': refresh,
    'POST /v1/logout': ({ body }) => {
      end(body.refresh_token ?? issuer.cookie);
      if (body.refresh_token === undefined) issuer.cookie = undefined;
      return new Response(null, { status: 204 });
    },
    'POST /v1/logout/all': () => {
      for (const session of sessions) session.isLive = false;
      return new Response(null, { status: 204 });
    },
    'POST /v1/me/password': ({ body }) => {
      if (body.current_password !== 'right') return problem(401, 'invalid_credentials');
      for (const session of sessions) session.isLive = false;
      return answer(open('ann'), false);
    },
    'DELETE /v1/me': () => new Response(null, { status: 204 }),
    'GET /v1/me': () => json(200, { user: writeUser('ann', issuer.roles) }),
    'GET /v1/me/sessions': () =>
      json(200, { sessions: sessions.filter(({ isLive }) => isLive).map(writeDeviceSession) }),
  };
  const issuer: ScriptedIssuer = {
    url: `https://issuer-${issuers}.example`,
    fetch: async (input, init = {}) => {
      const seen = readRequest(input, init);
      log.push(seen);
      const fault = issuer.fault?.(seen);
      const waited =
        fault instanceof Promise ? await Promise.race([fault, refuseOnAbort(init.signal)]) : fault;
      if (waited === 'cut') throw new TypeError('fetch failed');
      if (waited instanceof Response) return waited;
      const route = routes[`${seen.method} ${seen.url.pathname}`];
      const made = route?.(seen) ?? issuer.api?.(seen) ?? new Response(null, { status: 204 });
      if (waited === 'lost') throw new TypeError('terminated');
      if (waited !== undefined) await waited.late;
      return made;
    },
    log,
    refreshes: () => log.filter(({ url }) => url.pathname === '/v1/refresh'),
    alarms: () => alarms,
    revoke: (sid) => {
      for (const session of sessions) if (session.sid === sid) session.isLive = false;
    },
    liveSessions: () => sessions.filter(({ isLive }) => isLive).map(({ sid }) => sid),
    fault: undefined,
    api: undefined,
    expiresInSeconds: 300,
    roles: ['user'],
    signsIn: undefined,
    cookie: undefined,
  };
  return issuer;
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return json(status, { type: 'about:blank', title: 'Refused', status, code }, headers);
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** The 401 of a guard for a token it does not take. */
export function invalidToken(): Response {
  return json(401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' });
}

function readRequest(input: string | URL | Request, init: RequestInit): SeenRequest {
  const request = input instanceof Request ? input : undefined;
  const address = input instanceof Request ? input.url : input;
  const body: unknown = typeof init.body === 'string' ? parse(init.body) : {};
  return {
    method: init.method ?? request?.method ?? 'GET',
    url: new URL(address, 'https://shop.example'),
    headers: new Headers(init.headers ?? request?.headers),
    body: typeof body === 'object' && body !== null ? Object.fromEntries(Object.entries(body)) : {},
    init,
  };
}

/** `ann` and `ann@example.com` are one account. */
function nameOf(identifier: unknown): string {
  return String(identifier).split('@')[0] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function refuseOnAbort(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}

function writeRefreshToken({ refreshId, counter }: Session): string {
  const head = Buffer.alloc(21);
  head[0] = 1;
  refreshId.copy(head, 1);
  head.writeUInt32BE(counter, 17);
  const mac = createHmac('sha256', 'issuer').update(head).digest();
  return `cs_rt_${Buffer.concat([head, mac]).toString('base64url')}`;
}

function writeAccessToken(sid: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jti = randomBytes(8).toString('base64url');
  return `${part({ alg: 'ES256', typ: 'at+jwt' })}.${part({ sid, jti })}.c2ln`;
}

function writeDeviceSession({ sid }: Session): Record<string, unknown> {
  const times = { created_at: 1_790_000_000, last_used_at: 1_790_000_000, expires_at: 1_797_000_000 };
  return {
    id: sid,
    current: true,
    client_id: 'first-party',
    address: '192.0.2.1',
    user_agent: null,
    ...times,
  };
}

function writeUser(id: string, roles: string[]): Record<string, unknown> {
  return {
    id,
    email: `${id}@example.com`,
    username: id,
    name: null,
    roles,
    permissions: [],
    created_at: 1_790_000_000,
  };
}
