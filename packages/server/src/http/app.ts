import { Hono } from 'hono';
import { z } from 'zod';
import type { House } from '../base/house.ts';
import { createDoor, type HttpSettings } from './door.ts';
import type { Incoming } from './log-request.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import type { Route } from './route.ts';
import { listRoutes } from './routes.ts';
import { securityHeaders } from './security-headers.ts';

export interface App {
  /**
   * Answers every request; does not reject.
   * @param env `incoming` is the request of `node:http` behind it, for the address of the caller
   */
  fetch(request: Request, env?: AppEnv): Promise<Response>;
  /**
   * The answer to what could not be read as a request, as bytes for its socket.
   * @param error as `node:http` reports it by `clientError`
   */
  refuseUnreadable(error: { readonly code?: string | undefined }): string;
}

export interface AppEnv {
  readonly incoming?: Incoming | undefined;
}

/** The rows of `routes.ts` as one `fetch` function. */
export function createApp({ house, http }: { readonly house: House; readonly http: HttpSettings }): App {
  // Schemas are interpreted: no code is made from strings, and a start is quicker.
  z.config({ jitless: true });
  const door = createDoor(house, http);
  const hono = new Hono<{ Bindings: AppEnv }>({
    getPath: (request, options) => readPath(request, options?.env),
  });
  for (const [path, rows] of groupByPath(listRoutes())) {
    hono.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) =>
      door.answer(rows, {
        request: context.req.raw,
        params: context.req.param(),
        incoming: context.env.incoming,
      }),
    );
  }
  hono.notFound((context) => refuseUnknown(context.req.raw, context.env));
  const refuseUnknown = (request: Request, env: AppEnv): Promise<Response> =>
    door.answer([], { request, params: {}, incoming: env.incoming });
  return {
    fetch: async (request, env = {}) => hono.fetch(request, env),
    refuseUnreadable: (error) =>
      refuseUnreadable(error, securityHeaders({ issuer: http.issuer, origins: [] }, 'data')),
  };
}

function groupByPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  return Map.groupBy(routes, (row) => row.path);
}

const plainPath =
  /^\/(?:\.well-known\/)?(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$/;

/**
 * An address has one spelling: nothing is decoded, cut or lower-cased, so that
 * router, limits and log cannot disagree about it. Encoded, doubled, dotted and
 * trailing forms are unknown.
 */
function readPath(request: Request, env: AppEnv | undefined): string {
  const target = env?.incoming?.url ?? '';
  const path = target.startsWith('/') ? cutQuery(target) : new URL(request.url).pathname;
  return plainPath.test(path) ? path : '';
}

function cutQuery(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}
