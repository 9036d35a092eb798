/**
 * An API of its own process, behind a guard that follows the feed.
 *
 * `/status` tells what the guard knows; every other path is protected. Each
 * answer names the process that gave it, since a port outlives a process.
 */
import { createServer } from 'node:http';
import { createGuard } from '@countersign/guard';

/** Seconds; short, so that a receipt waits for a killed process no longer than for a slow one. */
export const stalenessSeconds = 3;

export interface ApiStatus {
  readonly clientId: string;
  readonly state: string | undefined;
  readonly seq: number;
  /** Whether the issuer has answered an acknowledgement: from then on it knows this process. */
  readonly isOnRoll: boolean;
}

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

function serveApi(): void {
  const clientId = read('API_CLIENT_ID');
  const issuer = read('API_ISSUER');
  let isOnRoll = false;
  const guard = createGuard({
    issuer,
    audience: issuer,
    feed: { clientId, clientSecret: read('API_CLIENT_SECRET'), url: read('API_FEED_URL') },
    maxStalenessSeconds: Number(process.env['API_STALENESS_SECONDS'] ?? stalenessSeconds),
    async fetch(url, init) {
      const response = await fetch(url, init);
      if (url.endsWith('/revocations/ack') && response.status === 204) isOnRoll = true;
      return response;
    },
  });
  const open = guard.node((_request, response) => void response.end());
  createServer((request, response) => {
    response.setHeader('X-Process', clientId);
    if (request.url !== '/status') return void open(request, response);
    const known = guard.status().issuers[0]?.revocations;
    const status: ApiStatus = { clientId, state: known?.state, seq: known?.seq ?? 0, isOnRoll };
    response.end(JSON.stringify(status));
  }).listen(Number(read('API_PORT')), '127.0.0.1');
}

if (process.env['API_PORT'] !== undefined) serveApi();
