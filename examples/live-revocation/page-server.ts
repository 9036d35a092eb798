import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { contentSecurityPolicy, importMap, serveModules } from '../shop/serve-modules.ts';
import { type ActSubject, createActs } from './acts.ts';
import type { Issuer } from './issuer.ts';
import type { RunningApi } from './start-api.ts';

const folder = new URL('./page/', import.meta.url);
const scripts = [
  'live.ts',
  'lane.ts',
  'trace.ts',
  'act-record.ts',
  'draw-record.ts',
  'setup.ts',
  'token-facts.ts',
];

/** The page, what it needs to know, the acts behind its buttons, and the commits as they happen. */
export async function createPageServer(
  origin: string,
  issuer: Issuer,
  apis: readonly RunningApi[],
): Promise<Server> {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => onlyHere(origin, { request, response, next }));
  const html = (await readFile(new URL('live.html', folder), 'utf8')).replace('__IMPORT_MAP__', importMap);
  const policy = contentSecurityPolicy([issuer.url, ...apis.map((api) => api.origin)]);
  app.get('/', (_request, response) => {
    response.set({ 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
    response.type('html').send(html);
  });
  app.get('/live.css', async (_request, response) => {
    response.type('css').send(await readFile(new URL('live.css', folder), 'utf8'));
  });
  serveModules(app, folder, scripts);
  const setup = {
    issuer: issuer.url,
    credentials: issuer.credentials,
    apis: apis.map(({ kind, origin }) => ({ kind, origin })),
  };
  app.get('/setup.json', (_request, response) => void response.set('Cache-Control', 'no-store').json(setup));
  addCommits(app, issuer);
  addActs(app, { origin, issuer });
  return createServer(app);
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
}

/** Another name that leads here, such as one of a foreign site, is not answered: the page holds a password. */
function onlyHere(origin: string, { request, response, next }: Exchange): void {
  if (request.headers.host === new URL(origin).host) next();
  else if (request.hostname === '127.0.0.1' && request.method === 'GET') response.redirect(origin);
  else response.status(421).end();
}

function addCommits(app: express.Express, issuer: Issuer): void {
  const open = new Set<Response>();
  issuer.onCommit((commit) => {
    for (const response of open) response.write(`data: ${JSON.stringify(commit)}\n\n`);
  });
  app.get('/commits', (_request, response) => {
    response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': open\n\n');
    open.add(response);
    response.on('close', () => open.delete(response));
  });
}

function addActs(
  app: express.Express,
  { origin, issuer }: { readonly origin: string; readonly issuer: Issuer },
): void {
  const acts = createActs(issuer);
  app.post('/acts/:name', express.json({ limit: '1kb' }), async (request, response) => {
    const act = Object.hasOwn(acts, request.params.name) ? acts[request.params.name] : undefined;
    const subject = readSubject(request.body);
    if (request.headers.origin !== origin) response.status(403).end();
    else if (act === undefined) response.status(404).end();
    else if (subject === undefined) response.status(400).end();
    else response.json(await act(subject));
  });
}

function readSubject(body: unknown): ActSubject | undefined {
  if (typeof body !== 'object' || body === null || !('jti' in body) || !('kid' in body)) return undefined;
  const { jti, kid } = body;
  return typeof jti === 'string' && typeof kid === 'string' ? { jti, kid } : undefined;
}
