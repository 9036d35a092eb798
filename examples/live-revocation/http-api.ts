import type { RequestListener } from 'node:http';
import type { Guard } from '@countersign/guard';
import { allowPage } from './allow-page.ts';
import { holdOpen } from './hold-open.ts';

/** The same API with nothing but `node:http`. */
export function createHttpApi(guard: Guard, pageOrigin: string): RequestListener {
  const whoAmI = guard.node((_request, response, { subject, roles }) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ subject, roles }));
  });
  const stream = guard.node((_request, response, auth) => holdOpen(guard, auth, response));
  const routes: Readonly<Record<string, RequestListener>> = { '/whoami': whoAmI, '/stream': stream };

  return (request, response) => {
    if (allowPage(pageOrigin, request, response)) return;
    const route = request.method === 'GET' ? routes[request.url ?? ''] : undefined;
    if (route === undefined) response.writeHead(404).end();
    else route(request, response);
  };
}
