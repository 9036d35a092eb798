import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Express, Response } from 'express';

/** The client's ESM files as they are installed: TypeScript in this repository, JavaScript from a package. */
const clientEntry = import.meta.resolve('@countersign/client');

/** To be put into the page as it is: its digest stands in the policy. */
export const importMap: string = JSON.stringify({ imports: { '@countersign/client': '/client/index' } });

/**
 * A page's own scripts below `/page/`, and the client below `/client/`. Browsers
 * load modules one by one, so there is no bundler; TypeScript loses its types on the way out.
 *
 * @param files  names in `folder`, such as `shop.ts`; nothing else of it is served
 */
export function serveModules(app: Express, folder: URL, files: readonly string[]): void {
  app.get('/page/:file', async (request, response) => {
    const file = files.find((name) => name === request.params['file']);
    if (file === undefined) response.status(404).end();
    else await sendModule(response, new URL(file, folder));
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

/** @param origins  what the page may call beside its own origin */
export function contentSecurityPolicy(origins: readonly string[]): string {
  const map = createHash('sha256').update(importMap).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${map}'`,
    "style-src 'self'",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
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
