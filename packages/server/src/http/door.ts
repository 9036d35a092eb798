import type { House } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import { refusals } from '../base/refusals.ts';
import { findMachine } from '../flows/find-machine.ts';
import { findPageSession, type PageSession } from '../flows/find-page-session.ts';
import type { Theme } from '../pages/frame.ts';
import { accentOf, type PageSettings } from '../settings/page-settings.ts';
import type { Catalogues } from '../texts/texts.ts';
import { answerError, headersOfRefusal, statusOf } from './answer-error.ts';
import { type AddressRule, createAddressRule } from './client-address.ts';
import { type Cookies, createCookies } from './cookies.ts';
import { type Cors, createCors } from './cors.ts';
import { type Asked, logRequest, type Outcome, type Visit } from './log-request.ts';
import { createOwnGuard, type OwnGuard } from './own-guard.ts';
import { readBody, readQuery } from './read-input.ts';
import { takesInput } from './refusals-of.ts';
import { readBearer } from './read-bearer.ts';
import { readSessionCookie } from './page-cookies.ts';
import { openScope } from './page-scope.ts';
import { createReturnRule, type ReturnRule } from './return-to.ts';
import type {
  CookieAccess,
  ErrorStyle,
  PagePowers,
  PageScope,
  RawRequest,
  Route,
  RouteAnswer,
  WrittenBody,
} from './route.ts';
import { createOriginRule, type OriginRule } from './same-origin.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpSettings extends PageSettings {
  /** Origin under which clients reach the server. Never taken from a request. */
  readonly issuer: string;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** What pages say, by language. */
  readonly catalogues: Catalogues;
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
  readonly returns: ReturnRule;
  readonly theme: Theme;
  readonly catalogues: Catalogues;
  readonly headers: Readonly<Record<'data' | PagePowers, Readonly<Record<string, string>>>>;
}

export function createDoor(house: House, http: HttpSettings): Door {
  const rule = { issuer: http.issuer, origins: http.corsOrigins };
  const parts: DoorParts = {
    house,
    http,
    guard: createOwnGuard(house),
    cookies: createCookies(http.issuer),
    origins: createOriginRule(http.issuer, http.corsOrigins),
    addresses: createAddressRule(http.trustedProxies),
    cors: createCors(http.corsOrigins),
    catalogues: http.catalogues,
    returns: createReturnRule(http.issuer, http.corsOrigins),
    theme: {
      name: http.pageName,
      accent: accentOf(http),
      logo: http.pageLogo,
      css: http.pageCss,
      securityContact: http.securityContact,
    },
    headers: {
      data: securityHeaders(rule, 'data'),
      none: securityHeaders(rule, 'none'),
      forms: securityHeaders(rule, 'forms'),
      script: securityHeaders(rule, 'script'),
    },
  };
  return { answer: (rows, asked) => answer(parts, rows, asked) };
}

async function answer(parts: DoorParts, rows: readonly Route[], asked: Asked): Promise<Response> {
  const visit = openVisit(parts, asked);
  const outcome = await pass(parts, rows, visit).catch((error: unknown) =>
    refuse(parts, error, { visit, style: styleOf(rows, asked.request) }),
  );
  logRequest(parts.house, { visit, path: rows[0]?.path, outcome });
  const isHead = asked.request.method === 'HEAD';
  if (isHead && outcome.body instanceof ReadableStream) await outcome.body.cancel();
  const isPage = outcome.headers['Content-Type']?.startsWith('text/html') === true;
  const headers = new Headers({
    ...parts.headers[isPage ? (rows[0]?.pagePowers ?? 'none') : 'data'],
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
  return writeAnswer(parts, row, await row.respond(parts.house, openRequest(parts, row, visit)));
}

function writeAnswer(parts: DoorParts, row: Route, answer: RouteAnswer<unknown>): Outcome {
  const { body, location, refusal } = answer;
  const isRefused = refusal !== undefined && location === undefined;
  const status = isRefused ? statusOf(refusal.code, row.errorStyle) : (answer.status ?? row.output.status);
  return {
    status: location === undefined ? status : 303,
    body: writeBody(row, body),
    headers: {
      ...(body !== undefined && { 'Content-Type': row.output.mediaType }),
      'Cache-Control': row.output.cacheControl,
      ...row.output.headers,
      ...(location !== undefined && { Location: checkLocation(parts, location) }),
      ...(isRefused && headersOfRefusal(refusal, status)),
    },
    cookies: answer.cookies?.map((change) => parts.cookies.write(change)),
    ...(refusal !== undefined && { refused: describeRefusal(refusal) }),
  };
}

/** The last look at where a browser is sent. */
function checkLocation({ returns }: DoorParts, location: string): string {
  const read = returns.read(location);
  if (read === undefined) throw new Error('a page leads to where nobody may be sent');
  return read;
}

function describeRefusal({ code, details }: Refusal): NonNullable<Outcome['refused']> {
  const { logLevel } = refusals[code];
  return { code, logLevel, ...(details.reason !== undefined && { reason: details.reason }) };
}

/** Somebody with a browser who opens an address that does not exist gets a page. */
function styleOf(rows: readonly Route[], { method, headers }: Request): ErrorStyle {
  const [row] = rows;
  if (row !== undefined) return row.errorStyle;
  const accept = headers.get('accept') ?? '';
  return method === 'GET' && accept.split(',').some((range) => range.trim().startsWith('text/html'))
    ? 'page'
    : 'problem';
}

function openRequest(parts: DoorParts, row: Route, visit: Visit): RawRequest {
  const { request, params } = visit.asked;
  const cookie = openCookies(parts, request);
  const findSession = once(async () => {
    const session = await findSessionOf(parts.house, cookie);
    visit.userId = session?.caller.userId;
    return session;
  });
  return {
    params,
    target: targetOf(request.url),
    theme: parts.theme,
    openScope: async () => openScopeOf(parts, request, await findSession()),
    readQuery: () => readQuery(request.url),
    readHeaders: (names) => readHeaders(request.headers, names),
    readBody: () => readBody(request, { ...row.input, maxBytes: maxBodyBytes }),
    source: visit.source,
    cookie,
    gate: {
      findPageSession: findSession,
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
    checkOwnPage() {
      if (!origins.isOwn(headers)) throw new Refusal('foreign_origin');
    },
    has: (cookie) => cookies.read(header, cookie).isPresent,
    read(cookie) {
      const { isPresent, value } = cookies.read(header, cookie);
      if (isPresent && !isReading) checkSameOrigin();
      return value;
    },
  };
}

async function findSessionOf(house: House, cookie: CookieAccess): Promise<PageSession | undefined> {
  const id = readSessionCookie(house, cookie);
  return id === undefined ? undefined : findPageSession(house, id);
}

function openScopeOf(parts: DoorParts, { headers }: Request, session: PageSession | undefined): PageScope {
  return openScope(parts, { acceptLanguage: headers.get('accept-language'), session });
}

function once<Value>(find: () => Promise<Value>): () => Promise<Value> {
  let found: Promise<Value> | undefined;
  return () => (found ??= find());
}

/** Path and query, as they were sent. */
function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
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
  const refused = refuse(parts, new Refusal('method_not_allowed'), { visit, style: styleOf(rows, request) });
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return { ...refused, headers: { ...refused.headers, Allow: allowed.join(', ') } };
}

function refuse(
  parts: DoorParts,
  error: unknown,
  { visit, style }: { readonly visit: Visit; readonly style: ErrorStyle },
): Outcome {
  const frame = style === 'page' ? openScopeOf(parts, visit.asked.request, undefined).frame : undefined;
  const context = { style, frame, requestId: visit.source.requestId };
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
