import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { House } from './base/house.ts';
import { createLog } from './base/log.ts';
import { startServer } from './main.ts';
import { settingsOf } from './settings/load-settings.ts';
import type { SettingsInput } from './settings/settings.ts';

/** A clock that moves only when it is told to. */
export interface TestClock {
  now(): number;
  advanceMs(ms: number): void;
}

export interface TestServer {
  readonly house: House;
  readonly clock: TestClock;
  readonly issuer: string;
  /** Folder of the database; gone after `close`. */
  readonly directory: string;
  /** The lines of its log, as JSON texts. */
  readonly logLines: readonly string[];
  /** Path and query below the issuer, or a whole request. No port is opened. */
  fetch(request: string | Request, init?: RequestInit): Promise<Response>;
  /** Opens a port of 127.0.0.1 beside `fetch`. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly settings?: SettingsInput;
  /** Milliseconds since 1970 at the start. Default: 2026-01-01T00:00:00Z. */
  readonly startMs?: number;
  /** Where the database lies; then it is kept. Default: a temporary folder. */
  readonly directory?: string;
}

const defaultStartMs = Date.UTC(2026, 0, 1);

/**
 * A whole auth server in this process, with a clock of its own and password
 * hashes too weak for anything but tests.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'countersign-test-'));
  let nowMs = options.startMs ?? defaultStartMs;
  const now = (): number => nowMs;
  const issuer = options.settings?.issuer ?? 'http://localhost:4000';
  const settings = settingsOf(
    { mode: 'development', issuer, port: 0, argon2MemoryKib: 64, argon2Passes: 1, ...options.settings },
    { directory, nowMs },
  );
  const logLines: string[] = [];
  const log = createLog({
    level: 'info',
    now,
    sink: {
      write(line) {
        logLines.push(line);
      },
    },
  });
  const server = await startServer(settings, { now, log, ownsProcess: false });
  return {
    house: server.house,
    clock: {
      now,
      advanceMs(ms) {
        nowMs += ms;
      },
    },
    issuer,
    directory,
    logLines,
    fetch: (request, init) =>
      server.fetch(request instanceof Request ? request : new Request(new URL(request, issuer), init)),
    listen: () => server.listen(),
    async close() {
      await server.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
