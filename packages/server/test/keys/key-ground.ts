import { createSeal, type Seal } from '../../src/base/seal.ts';
import { Secret } from '../../src/base/secret.ts';
import { toEpochSeconds } from '../../src/base/clock.ts';
import type {
  AccessTokenClaims,
  Committed,
  Log,
  LogFields,
  ResultsOf,
  Statement,
  Store,
} from '../../src/base/house.ts';
import { createKeys, type KeysParts } from '../../src/keys/signing-keys.ts';
import type { Keys } from '../../src/base/house.ts';
import { migrateSqlite } from '../../src/store/migrate-sqlite.ts';
import { signingKeyStatements } from '../../src/store/signing-keys.ts';
import { connectSqlite, createPrepare } from '../../src/store/sqlite-connection.ts';
import { commitGroup } from '../../src/store/sqlite-group.ts';

export type MemoryStore = Pick<Store, 'read' | 'commit'>;

/** The real statements and the real commits, on a database in memory and on this thread. */
export function openMemoryStore(): MemoryStore {
  const database = connectSqlite(':memory:');
  migrateSqlite(database, ':memory:');
  const prepare = createPrepare(database);
  return {
    async read<Row>(query: Statement<Row>): Promise<readonly Row[]> {
      return prepare(query.sql).all(...query.parameters) as Row[];
    },
    async commit<const Act extends readonly Statement<unknown>[]>(act: Act): Promise<Committed<Act>> {
      const [outcome] = commitGroup(database, prepare, [act]);
      if (outcome?.kind === 'committed') {
        return { kind: 'committed', results: outcome.results as ResultsOf<Act> };
      }
      if (outcome?.kind === 'refused') return outcome;
      throw new Error(outcome?.message ?? 'no outcome');
    },
  };
}

export const startMs = 1_800_000_000_000;
export const minuteMs = 60_000;
export const dayMs = 86_400_000;
export const leadMs: number = 10 * minuteMs;

export const seal: Seal = createSeal(new Secret<Uint8Array>(Buffer.alloc(32, 7)));
export const otherSeal: Seal = createSeal(new Secret<Uint8Array>(Buffer.alloc(32, 8)));

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export function collectLog(lines: LogLine[] = []): Log {
  const at = (level: LogLine['level']) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, fields });
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

export interface Clock {
  atMs: number;
}

export interface Ground {
  readonly store: MemoryStore;
  readonly clock: Clock;
}

export function makeGround(): Ground {
  return { store: openMemoryStore(), clock: { atMs: startMs } };
}

/** One process over the ground. It reads again when the test says so. */
export function startKeys(ground: Ground, overrides: Partial<KeysParts> = {}): Promise<Keys> {
  return createKeys({
    store: ground.store,
    seal,
    statements: signingKeyStatements,
    policy: { issuer: 'https://auth.example', audience: 'https://api.example', accessTokenSeconds: 300 },
    algorithm: 'ES256',
    rotationDays: 30,
    now: () => ground.clock.atMs,
    log: collectLog(),
    repeat: () => () => {},
    ...overrides,
  });
}

export function claimsAt(atMs: number, more: Partial<AccessTokenClaims> = {}): AccessTokenClaims {
  return {
    sub: 'user-1',
    client_id: 'first-party',
    iat: toEpochSeconds(atMs),
    rvs: 41,
    sid: 'session-1',
    ...more,
  };
}

/** Plans and commits as the flow does. @returns whether this caller's plan won */
export async function rotate(ground: Ground, keys: Keys): Promise<boolean> {
  const plan = keys.planRotation();
  if (plan.kind !== 'planned') return false;
  const outcome = await ground.store.commit(plan.act);
  await keys.reload();
  return outcome.kind === 'committed';
}
