import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Guard } from '@countersign/guard';
import type { House } from './base/house.ts';
import type { Schedule } from './base/schedule.ts';
import { createLog } from './base/log.ts';
import type { OwnGuardOptions } from './http/guard-in-process.ts';
import { startServer } from './main.ts';
import { settingsOf } from './settings/load-settings.ts';
import type { SettingsInput } from './settings/settings.ts';

/** A clock that moves only when it is told to. */
export interface TestClock {
  now(): number;
  /** Whatever is due then is started, and not waited for. */
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
  /** A guard of this process, over what the server itself knows, with the test's clock. */
  guard(options?: OwnGuardOptions): Guard;
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

interface VirtualTimers {
  readonly schedule: Schedule;
  runDue(): void;
}

/** What was due in between runs once: a task that repeats schedules itself again after its work. */
function createVirtualTimers(now: () => number): VirtualTimers {
  const waiting = new Map<object, { readonly task: () => void; readonly dueMs: number }>();
  return {
    schedule(task, afterMs) {
      const id = {};
      waiting.set(id, { task, dueMs: now() + afterMs });
      return () => waiting.delete(id);
    },
    runDue() {
      const due = [...waiting].filter(([, { dueMs }]) => dueMs <= now());
      due.sort(([, one], [, other]) => one.dueMs - other.dueMs);
      for (const [id, { task }] of due) if (waiting.delete(id)) task();
    },
  };
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
  const timers = createVirtualTimers(now);
  const server = await startServer(settings, { now, log, ownsProcess: false, schedule: timers.schedule });
  return {
    house: server.house,
    clock: {
      now,
      advanceMs(ms) {
        nowMs += ms;
        timers.runDue();
      },
    },
    issuer,
    directory,
    logLines,
    fetch: (request, init) =>
      server.fetch(request instanceof Request ? request : new Request(new URL(request, issuer), init)),
    guard: (guardOptions) => server.guard(guardOptions),
    listen: () => server.listen(),
    async close() {
      await server.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
