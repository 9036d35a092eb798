import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Express, Response } from 'express';

/** The client's ESM files as they are installed: TypeScript in this repository, JavaScript from a package. */
const clientEntry = import.meta.resolve('@countersign/client');

const importMap = JSON.stringify({ imports: { '@countersign/client': '/client/index' } });

/**
 * The shop's page and its scripts. Browsers load modules one by one, so there
 * is no bundler; TypeScript loses its types on the way out.
 */
export async function servePage(app: Express, issuer: string): Promise<void> {
  const html = (await readFile(new URL('./page/shop.html', import.meta.url), 'utf8'))
    .replace('__IMPORT_MAP__', importMap)
    .replace('__ISSUER__', issuer);
  const policy = contentSecurityPolicy(issuer);

  // The issuer knows the shop by one origin; a browser sees another one behind the number.
  app.use((request, response, next) => {
    if (request.hostname === '127.0.0.1' && request.headers['sec-fetch-mode'] === 'navigate') {
      response.redirect(`http://localhost:${request.socket.localPort}${request.originalUrl}`);
    } else next();
  });
  app.get(['/', '/login', '/profile', '/orders', '/admin'], (_request, response) => {
    response.set({ 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
    response.type('html').send(html);
  });
  app.get('/shop.css', async (_request, response) => {
    response.type('css').send(await readFile(new URL('./page/shop.css', import.meta.url), 'utf8'));
  });
  app.get('/page/:file', async (request, response) => {
    const file = /^(?:shop|element)\.ts$/.exec(request.params['file'] ?? '')?.[0];
    if (file === undefined) response.status(404).end();
    else await sendModule(response, new URL(`./page/${file}`, import.meta.url));
  });
  app.get(['/client/:file', '/client/storage/:file'], async (request, response) => {
    const file = /^[a-z0-9-]+(?:\.[jt]s)?$/.exec(String(request.params['file']))?.[0];
    if (file === undefined) {
      response.status(404).end();
      return;
    }
    const folder = request.path.startsWith('/client/storage/') ? 'storage/' : '';
    const name = file.includes('.') ? file : `${file}${clientEntry.endsWith('.ts') ? '.ts' : '.js'}`;
    await sendModule(response, new URL(`./${folder}${name}`, clientEntry));
  });
}

async function sendModule(response: Response, url: URL): Promise<void> {
  const text = await readFile(fileURLToPath(url), 'utf8').catch(() => undefined);
  if (text === undefined) {
    response.status(404).end();
    return;
  }
  response
    .type('text/javascript')
    .set('Cache-Control', 'no-cache')
    .send(url.pathname.endsWith('.ts') ? stripTypeScriptTypes(text) : text);
}

function contentSecurityPolicy(issuer: string): string {
  const map = createHash('sha256').update(importMap).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${map}'`,
    "style-src 'self'",
    `connect-src 'self' ${issuer}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
