import { readFile } from 'node:fs/promises';
import type { Express } from 'express';
import { contentSecurityPolicy, importMap, serveModules } from './serve-modules.ts';

/** The shop's page: one document, which shows what its address names. */
export async function servePage(app: Express, issuer: string): Promise<void> {
  const html = (await readFile(new URL('./page/shop.html', import.meta.url), 'utf8'))
    .replace('__IMPORT_MAP__', importMap)
    .replace('__ISSUER__', issuer);
  const policy = contentSecurityPolicy([issuer]);

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
  serveModules(app, new URL('./page/', import.meta.url), ['shop.ts', 'element.ts']);
}
