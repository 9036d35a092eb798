import { handBackMemory } from './base/hand-back-memory.ts';
import type { House } from './base/house.ts';
import type { Guard } from '@countersign/guard';
import { guardInProcess, type OwnGuardOptions } from './http/guard-in-process.ts';
import { createApp } from './http/app.ts';
import { type Listening, listen } from './http/listen.ts';
import { openHouse, type Surroundings } from './open-house.ts';
import type { Settings } from './settings/settings.ts';

export interface Server {
  readonly house: House;
  /** Answers a request of the Fetch API; mounts into any server that has one. */
  fetch(request: Request): Promise<Response>;
  /** @returns the URL that is listened on; `settings.issuer` is what clients use */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /**
   * Protects other routes of this process: follows the issuer's own log, with
   * its own keys, and needs no credential. It ends with the server.
   */
  guard(options?: OwnGuardOptions): Guard;
  /** Refuses new calls, finishes those that run, closes the database. */
  close(): Promise<void>;
}

/** Settings → database → house → door. Nothing listens before `listen()`. */
export async function startServer(settings: Settings, surroundings: Surroundings): Promise<Server> {
  const { house, close } = await openHouse(settings, surroundings);
  const app = createApp({ house, http: settings });
  const ownsProcess = surroundings.ownsProcess === true;
  let listening: Listening | undefined;
  return {
    house,
    fetch: (request) => app.fetch(request),
    guard: (options) => guardInProcess(house, options),
    async listen() {
      const { host, port, tls } = settings;
      if (ownsProcess && listening === undefined) handBackMemory();
      listening ??= await listen({
        app,
        host,
        port,
        tls,
        ownsProcess,
      });
      const shown = host.includes(':') ? `[${host}]` : host;
      return {
        url: `${tls === undefined ? 'http' : 'https'}://${shown}:${listening.port}`,
        port: listening.port,
      };
    },
    async close() {
      // Open streams would keep their connections for an hour.
      house.feed.desk.close();
      await listening?.close(settings.shutdownSeconds * 1000);
      await close();
    },
  };
}
