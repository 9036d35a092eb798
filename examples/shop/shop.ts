import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { createGuard, type FeedClient, type Guard } from '@countersign/guard';
import { servePage } from './serve-page.ts';

interface Order {
  readonly id: number;
  readonly items: readonly string[];
  readonly createdAt: string;
}

export interface Shop {
  readonly app: Express;
  close(): void;
}

const mostItems = 20;
const mostOrdersKept = 100;

/**
 * An API that knows no passwords: it verifies access tokens by itself, with
 * keys that it fetched once, and refuses those that the issuer revoked as soon
 * as its feed says so. Orders live in memory; users live at the issuer.
 *
 * @param feed  a client of the issuer with the scope `revocations:read`
 */
export async function createShop(issuer: string, feed: FeedClient): Promise<Shop> {
  const guard = createGuard({ issuer, audience: issuer, feed });
  const app = express();
  app.disable('x-powered-by');
  app.use('/api', express.json({ limit: '16kb' }));
  addPublicRoutes(app, guard);
  addCustomerRoutes(app, guard);
  addAdminRoutes(app, { guard, issuer });
  await servePage(app, issuer);
  app.use(answerProblem);
  return { app, close: () => guard.close() };
}

function addPublicRoutes(app: Express, guard: Guard): void {
  app.get('/api/products', (_request, response) => {
    response.json({ products: ['Wristband', 'Passport cover', 'Rubber stamp'] });
  });
  app.get('/health', async (_request, response) => {
    const isReady = await guard.ready().then(
      () => true,
      () => false,
    );
    response
      .status(isReady ? 200 : 503)
      .json({ status: isReady ? 'ok' : 'waiting for the keys and the revocations of the issuer' });
  });
}

function addCustomerRoutes(app: Express, guard: Guard): void {
  const ordersOf = new Map<string, Order[]>();

  app.get('/api/profile', guard.express(), (request, response) => {
    const { subject, roles, permissions, claims } = request.auth;
    response.json({ id: subject, roles, permissions, token_expires_at: claims.exp });
  });

  app.get('/api/orders', guard.express(), (request, response) => {
    response.json({ orders: ordersOf.get(request.auth.subject) ?? [] });
  });

  app.post('/api/orders', guard.express(), (request, response) => {
    const items = readItems(request.body);
    if (items === undefined) {
      response.status(400).json({ error: `items must be a list of 1 to ${mostItems} texts` });
      return;
    }
    const orders = ordersOf.get(request.auth.subject) ?? [];
    const order = { id: (orders.at(-1)?.id ?? 0) + 1, items, createdAt: new Date().toISOString() };
    ordersOf.set(request.auth.subject, [...orders, order].slice(-mostOrdersKept));
    response.status(201).json({ order });
  });
}

/** Who may do what stands in the token; who exists is asked of the issuer, with the caller's own token. */
function addAdminRoutes(
  app: Express,
  { guard, issuer }: { readonly guard: Guard; readonly issuer: string },
): void {
  const forward = async (request: Request, path: string, method: string): Promise<globalThis.Response> =>
    fetch(new URL(path, issuer), {
      method,
      headers: { authorization: request.headers.authorization ?? '' },
      signal: AbortSignal.timeout(5000),
    });

  app.get('/api/admin', guard.express({ role: 'admin' }), async (request, response) => {
    const answer = await forward(request, '/v1/admin/users', 'GET');
    response.status(answer.status).json(await answer.json());
  });

  app.delete('/api/users/:id', guard.express({ permission: 'users:delete' }), async (request, response) => {
    const id = encodeURIComponent(request.params.id);
    const answer = await forward(request, `/v1/admin/users/${id}`, 'DELETE');
    if (answer.status === 204) response.status(204).end();
    else response.status(answer.status).json(await answer.json());
  });
}

function readItems(body: unknown): string[] | undefined {
  if (typeof body !== 'object' || body === null || !('items' in body) || !Array.isArray(body.items))
    return undefined;
  const items: unknown[] = body.items;
  const texts = items.filter((item) => typeof item === 'string').filter((text) => text.length <= 100);
  return texts.length === items.length && texts.length > 0 && texts.length <= mostItems ? texts : undefined;
}

function answerProblem(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = statusOf(error);
  if (status === 500) console.error('shop:', error);
  response
    .status(status)
    .json({ error: status === 500 ? 'The shop failed' : 'The request could not be read' });
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
