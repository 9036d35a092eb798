import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets the page of another origin call, and see why it was refused. Stands before the
 * guard, which knows nothing of `OPTIONS`.
 *
 * @returns whether the request was a preflight, and is answered
 */
export function allowPage(pageOrigin: string, request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('Access-Control-Allow-Origin', pageOrigin);
  response.setHeader('Vary', 'Origin');
  response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate');
  if (request.method !== 'OPTIONS') return false;
  response.setHeader('Access-Control-Allow-Headers', 'Authorization');
  response.setHeader('Access-Control-Max-Age', '600');
  response.writeHead(204).end();
  return true;
}
