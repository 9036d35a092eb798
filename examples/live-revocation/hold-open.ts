import type { ServerResponse } from 'node:http';
import type { Auth, Guard } from '@countersign/guard';

/** An event stream that stays open for as long as its token is acceptable. Its only event is its end, with the time. */
export function holdOpen(guard: Guard, auth: Auth, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': open\n\n');
  const forget = guard.onRevoked(auth, () => response.end(`data: ${Date.now()}\n\n`));
  response.on('close', forget);
}
