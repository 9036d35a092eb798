import type { z } from 'zod';
import type { House, LimitName, RequestSource } from '../base/house.ts';
import type { Refusal } from '../base/refusal.ts';
import type { RefusalCode } from '../base/refusals.ts';
import type { DrawnPage, Frame, Theme } from '../pages/frame.ts';
import { checkInput, checkParams } from './check-input.ts';
import type { Gate, Who } from './who.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * One row of the table of routes: everything that is to be known about an
 * address, and the call of its flow. `route()` makes a `Route` of it.
 *
 * Members of `input` are strict zod objects in snake_case with explicit
 * maximum lengths. What is absent is not read.
 */
export interface RouteRow<Asker, Params, Query, Headers, Body, Output> {
  readonly method: Method;
  /** As in OpenAPI: `/v1/me/sessions/{id}`. */
  readonly path: string;
  /** Chapter of the reference. */
  readonly tag: string;
  /** One line, in the imperative, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  readonly who: Who<Asker>;
  /** Budgets that the flow spends, beside `any by source`, which the door spends for every request. */
  readonly limits: readonly LimitName[];
  readonly input?: {
    /** A path that does not fit is unknown: 404. */
    readonly params?: z.ZodType<Params>;
    readonly query?: z.ZodType<Query>;
    /** Lower-case names; no other header is looked at. */
    readonly headers?: HeadersSchema<Headers>;
    readonly body?: z.ZodType<Body>;
    /** Default: `json`. */
    readonly bodyType?: BodyType;
    /** An absent body is read as `{}`. */
    readonly isBodyOptional?: boolean;
  };
  readonly output: {
    readonly status: number;
    /** A second one of success, which the answer chooses; with a body of the same schema. */
    readonly otherStatus?: number;
    readonly body?: z.ZodType<Output>;
    /** Default: `application/json`. A text of another type is sent as it is. */
    readonly mediaType?: string;
    /** Default: `no-store`. */
    readonly cacheControl?: string;
    /** Others of the answer, when it succeeds. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** What the flow can refuse with; what every such route can is added by `refusalsOf`. */
  readonly refusals: readonly RefusalCode[];
  /** Default: `problem` (RFC 9457). `oauth` is RFC 6749 §5.2, `page` is HTML: `page.ts` makes those rows. */
  readonly errorStyle?: ErrorStyle;
  readonly answer: (
    house: House,
    request: RouteRequest<Asker, Params, Query, Headers, Body>,
  ) => RouteAnswer<NoInfer<Output> | WrittenBody> | Promise<RouteAnswer<NoInfer<Output> | WrittenBody>>;
}

/** An object, so that its names are known. */
export type HeadersSchema<Headers> = z.ZodType<Headers> & {
  readonly shape: Readonly<Record<string, unknown>>;
};

export type BodyType = 'json' | 'form';
export type ErrorStyle = 'problem' | 'oauth' | 'page';
/** What a page of ours may do in a browser, beside showing itself. */
export type PagePowers = 'none' | 'forms' | 'script';

export interface RouteRequest<Asker, Params, Query, Headers, Body> {
  /** Who asks, as `who` found it. */
  readonly caller: Asker;
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  readonly source: RequestSource;
  readonly cookie: CookieAccess;
  readonly theme: Theme;
}

/** Rows of the table in `cookies.ts`. */
export type CookieName = 'refresh' | 'session' | 'device' | 'flow';

/** The cookies of the browser. Whatever uses one to change something must come from our own pages. */
export interface CookieAccess {
  /** Whether the request carries the cookie at all. */
  has(cookie: CookieName): boolean;
  /**
   * @returns undefined when there is none, or none that we could have set
   * @throws Refusal `foreign_origin` when there is one, the request is no GET and the page is not ours
   */
  read(cookie: CookieName): string | undefined;
  /** @throws Refusal `foreign_origin` unless the page is ours, or of a listed origin */
  checkSameOrigin(): void;
  /** @throws Refusal `foreign_origin` unless the page is of this server itself */
  checkOwnPage(): void;
}

export interface RouteAnswer<Output> {
  /** `undefined` for answers without a body. */
  readonly body: Output;
  /** Default: the row's. */
  readonly status?: number | undefined;
  readonly cookies?: readonly CookieChange[] | undefined;
  /** Sends the browser there by 303, without a body. As `ReturnRule` reads it. */
  readonly location?: string | undefined;
  /** Why a form is shown again: decides the status. */
  readonly refusal?: Refusal | undefined;
}

/** A body in its final form: a text of the documented type, or bytes as they come. */
export interface WrittenBody {
  readonly written: string | ReadableStream<Uint8Array>;
}

export type CookieChange =
  | {
      readonly kind: 'set';
      readonly cookie: CookieName;
      readonly value: string;
      /** Undefined: until the browser is closed. */
      readonly maxAgeSeconds: number | undefined;
    }
  | { readonly kind: 'delete'; readonly cookie: CookieName };

/** A request before its input was checked. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readQuery(): Readonly<Record<string, string>>;
  /** Those of these names that are there; names in lower case. */
  readHeaders(names: readonly string[]): Readonly<Record<string, string>>;
  readBody(): Promise<unknown>;
  readonly source: RequestSource;
  readonly cookie: CookieAccess;
  readonly gate: Gate;
  /** Path and query. */
  readonly target: string;
  readonly theme: Theme;
  openScope(): Promise<PageScope>;
}

/** What a page is drawn with. */
export interface PageScope {
  readonly frame: Frame;
  /** As `ReturnRule.read`. */
  readReturn(text: string | undefined): string | undefined;
  draw(page: DrawnPage): string;
}

/** A row with its types closed over, so that rows fit into one table. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly who: Pick<Who<unknown>, 'kind' | 'permission' | 'scope'>;
  readonly limits: readonly LimitName[];
  readonly input: {
    readonly params?: z.ZodType;
    readonly query?: z.ZodType;
    readonly headers?: z.ZodType;
    readonly body?: z.ZodType;
    readonly bodyType: BodyType;
    readonly isBodyOptional: boolean;
  };
  readonly output: {
    readonly status: number;
    readonly otherStatus?: number;
    readonly body?: z.ZodType;
    readonly mediaType: string;
    readonly cacheControl: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly refusals: readonly RefusalCode[];
  readonly errorStyle: ErrorStyle;
  readonly pagePowers: PagePowers;
  /** Checks who asks, then the input, then calls the flow. The budget of the address was spent before. */
  respond(house: House, raw: RawRequest): Promise<RouteAnswer<unknown>>;
}

/**
 * Make a row of the table of routes.
 *
 * ```ts
 * route({
 *   method: 'DELETE',
 *   path: '/v1/me/sessions/{id}',
 *   tag: 'Sessions',
 *   summary: 'End one of your sessions',
 *   who: signedIn,
 *   limits: [],
 *   input: { params: z.strictObject({ id: idText }) },
 *   output: { status: 204 },
 *   refusals: ['not_found'],
 *   async answer(house, { caller, params, source }) {
 *     await endSession(house, { caller, sessionId: params.id }, source);
 *     return { body: undefined };
 *   },
 * })
 * ```
 */
export function route<
  Asker,
  Params = undefined,
  Query = undefined,
  Headers = undefined,
  Body = undefined,
  Output = undefined,
>(row: RouteRow<Asker, Params, Query, Headers, Body, Output>): Route {
  const { params, query, headers, body, bodyType = 'json', isBodyOptional = false } = row.input ?? {};
  const headerNames = Object.keys(headers?.shape ?? {});
  const { mediaType = 'application/json', cacheControl = 'no-store' } = row.output;
  return {
    ...row,
    description: row.description,
    input: { ...row.input, bodyType, isBodyOptional },
    output: { ...row.output, mediaType, cacheControl },
    errorStyle: row.errorStyle ?? 'problem',
    pagePowers: 'none',
    async respond(house, raw) {
      const checkedParams = checkParams(params, raw.params);
      const caller = await row.who.admit(raw.gate);
      return row.answer(house, {
        caller,
        params: checkedParams,
        query: checkInput(query, query && raw.readQuery()),
        headers: checkInput(headers, headers && raw.readHeaders(headerNames)),
        body: checkInput(body, body && (await raw.readBody())),
        source: raw.source,
        cookie: raw.cookie,
        theme: raw.theme,
      });
    },
  };
}
