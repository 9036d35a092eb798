import type { House } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import { findMachine } from '../flows/find-machine.ts';
import { answerError } from './answer-error.ts';
import { type AddressRule, createAddressRule } from './client-address.ts';
import { type Cookies, createCookies } from './cookies.ts';
import { type Cors, createCors } from './cors.ts';
import { type Asked, logRequest, type Outcome, type Visit } from './log-request.ts';
import { createOwnGuard, type OwnGuard } from './own-guard.ts';
import { readBody, readQuery } from './read-input.ts';
import { takesInput } from './refusals-of.ts';
import { readBearer } from './read-bearer.ts';
import type { CookieAccess, RawRequest, Route, WrittenBody } from './route.ts';
import { createOriginRule, type OriginRule } from './same-origin.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpSettings {
  /** Origin under which clients reach the server. Never taken from a request. */
  readonly issuer: string;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
}

/** The way of every request: source, budget, row, input, flow, answer, log. */
export interface Door {
  /** @param rows those of the one path; none for an unknown one */
  answer(rows: readonly Route[], asked: Asked): Promise<Response>;
}

/** More than any documented body needs. */
const maxBodyBytes = 16_384;

/** Made once, used by every request. */
interface DoorParts {
  readonly house: House;
  readonly http: HttpSettings;
  readonly guard: OwnGuard;
  readonly cookies: Cookies;
  readonly origins: OriginRule;
  readonly addresses: AddressRule;
  readonly cors: Cors;
  readonly dataHeaders: Readonly<Record<string, string>>;
  readonly pageHeaders: Readonly<Record<string, string>>;
}

export function createDoor(house: House, http: HttpSettings): Door {
  const parts: DoorParts = {
    house,
    http,
    guard: createOwnGuard(house),
    cookies: createCookies(http.issuer),
    origins: createOriginRule(http.issuer, http.corsOrigins),
    addresses: createAddressRule(http.trustedProxies),
    cors: createCors(http.corsOrigins),
    dataHeaders: securityHeaders(http.issuer, 'data'),
    pageHeaders: securityHeaders(http.issuer, 'page'),
  };
  return { answer: (rows, asked) => answer(parts, rows, asked) };
}

async function answer(parts: DoorParts, rows: readonly Route[], asked: Asked): Promise<Response> {
  const visit = openVisit(parts, asked);
  const outcome = await pass(parts, rows, visit).catch((error: unknown) =>
    refuse(error, { style: rows[0]?.errorStyle ?? 'problem', requestId: visit.source.requestId }),
  );
  logRequest(parts.house, { visit, path: rows[0]?.path, outcome });
  const isHead = asked.request.method === 'HEAD';
  if (isHead && outcome.body instanceof ReadableStream) await outcome.body.cancel();
  const isPage = outcome.headers['Content-Type']?.startsWith('text/html') === true;
  const headers = new Headers({
    ...(isPage ? parts.pageHeaders : parts.dataHeaders),
    ...parts.cors.fields(asked.request.headers),
    ...outcome.headers,
    'X-Request-Id': visit.source.requestId,
  });
  for (const cookie of outcome.cookies ?? []) headers.append('Set-Cookie', cookie);
  return new Response(isHead ? null : outcome.body, { status: outcome.status, headers });
}

function openVisit(parts: DoorParts, asked: Asked): Visit {
  const { headers } = asked.request;
  const peer = asked.incoming?.socket.remoteAddress;
  return {
    asked,
    startedAtMs: parts.house.now(),
    userId: undefined,
    source: {
      requestId: randomId(),
      address: parts.addresses.find(peer, headers.get('x-forwarded-for')),
      userAgent: headers.get('user-agent')?.slice(0, 256),
    },
  };
}

async function pass(parts: DoorParts, rows: readonly Route[], visit: Visit): Promise<Outcome> {
  const { request } = visit.asked;
  parts.house.limits.spend('any by source', visit.source.address);
  if (rows.length === 0) throw new Refusal('not_found', { reason: 'no such address' });
  // HEAD is GET without the body (RFC 9110 §9.3.2); no other header chooses the method.
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const row = rows.find((candidate) => candidate.method === method);
  if (row === undefined) return refuseMethod(parts, rows, visit);
  if (row.input.query === undefined && takesInput(row)) checkNoQuery(request.url);
  const { body, cookies } = await row.respond(parts.house, openRequest(parts, row, visit));
  return {
    status: row.output.status,
    body: writeBody(row, body),
    headers: {
      ...(body !== undefined && { 'Content-Type': row.output.mediaType }),
      'Cache-Control': row.output.cacheControl,
      ...row.output.headers,
    },
    cookies: cookies?.map((change) => parts.cookies.write(change)),
  };
}

function openRequest(parts: DoorParts, row: Route, visit: Visit): RawRequest {
  const { request, params } = visit.asked;
  return {
    params,
    readQuery: () => readQuery(request.url),
    readHeaders: (names) => readHeaders(request.headers, names),
    readBody: () => readBody(request, { ...row.input, maxBytes: maxBodyBytes }),
    source: visit.source,
    cookie: openCookies(parts, request),
    gate: {
      async findCaller() {
        const caller = await parts.guard(request.headers.get('authorization'));
        visit.userId = caller?.userId;
        return caller;
      },
      async findMachine(scope) {
        const token = readBearer(request.headers.get('authorization'));
        return token === undefined ? undefined : findMachine(parts.house, token, scope);
      },
    },
  };
}

/** One by one: to list all makes another, slower `Headers` of a request of node:http. */
function readHeaders(headers: Headers, names: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) found[name] = value;
  }
  return found;
}

function openCookies({ cookies, origins }: DoorParts, { headers, method }: Request): CookieAccess {
  const header = headers.get('cookie');
  const isReading = method === 'GET' || method === 'HEAD';
  const checkSameOrigin = (): void => {
    if (!origins.isOurs(headers)) throw new Refusal('foreign_origin');
  };
  return {
    checkSameOrigin,
    has: (cookie) => cookies.read(header, cookie).isPresent,
    read(cookie) {
      const { isPresent, value } = cookies.read(header, cookie);
      if (isPresent && !isReading) checkSameOrigin();
      return value;
    },
  };
}

function checkNoQuery(url: string): void {
  const [name] = Object.keys(readQuery(url));
  if (name !== undefined) throw notOfForm(name.slice(0, 64), 'is not known here');
}

function refuseMethod(parts: DoorParts, rows: readonly Route[], visit: Visit): Outcome {
  const { request } = visit.asked;
  const methods: readonly string[] = rows.map((row) => row.method);
  const preflight = request.method === 'OPTIONS' ? parts.cors.preflight(request.headers, methods) : undefined;
  if (preflight !== undefined) return { status: 204, body: null, headers: preflight };
  const style = rows[0]?.errorStyle ?? 'problem';
  const refused = refuse(new Refusal('method_not_allowed'), { style, requestId: visit.source.requestId });
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return { ...refused, headers: { ...refused.headers, Allow: allowed.join(', ') } };
}

function refuse(error: unknown, context: Parameters<typeof answerError>[1]): Outcome {
  const { private: details, logLevel, ...shown } = answerError(error, context);
  return { ...shown, refused: { logLevel, ...details } };
}

/** A text of our own making goes out as it is, everything else as JSON. */
function writeBody(row: Route, body: unknown): Outcome['body'] {
  if (body === undefined) return null;
  if (isWritten(body)) return body.written;
  const isText = typeof body === 'string' && row.output.mediaType.startsWith('text/');
  return isText ? body : JSON.stringify(body);
}

function isWritten(body: unknown): body is WrittenBody {
  return typeof body === 'object' && body !== null && 'written' in body;
}
