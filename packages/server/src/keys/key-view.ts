import { createKeySet, type Key, type KeySet } from '@countersign/tokens';
import type { Now } from '../base/clock.ts';
import type { Keys, SigningKeySummary, Store } from '../base/house.ts';
import type { SigningKeyRow, SigningKeyStatements } from '../base/key-rows.ts';
import type { Seal } from '../base/seal.ts';
import { type KeyForm, type KeyMaterial, openKeyRow } from './key-material.ts';
import { findSigner, isPublished } from './succession.ts';

/** The keys as this process last read them. Compromised ones are listed and nothing else. */
export interface KeyView {
  rows(): readonly SigningKeyRow[];
  isCompromised(keyId: string): boolean;
  /** @throws StartRefusal when one does not open; the view stays as it was */
  load(): Promise<void>;
  /** @throws Error before the first load, or in an empty database */
  signer(): Key;
  readonly keySet: KeySet;
  publicJwks(): ReturnType<Keys['publicJwks']>;
  list(): readonly SigningKeySummary[];
}

interface ViewParts {
  readonly store: Pick<Store, 'read'>;
  readonly seal: Seal;
  readonly form: KeyForm;
  readonly statements: Pick<SigningKeyStatements, 'readAll'>;
  readonly now: Now;
}

interface Snapshot {
  readonly rows: readonly SigningKeyRow[];
  readonly compromised: readonly SigningKeyRow[];
  readonly materials: ReadonlyMap<string, KeyMaterial>;
  readonly all: KeySet | undefined;
}

export function createKeyView({ store, seal, form, statements, now }: ViewParts): KeyView {
  let snapshot: Snapshot = { rows: [], compromised: [], materials: new Map(), all: undefined };
  let version = 1;

  const published = (): readonly SigningKeyRow[] => {
    const nowMs = now();
    return snapshot.rows.filter((row) => isPublished(row, nowMs));
  };
  return {
    rows: () => snapshot.rows,
    isCompromised: (keyId) => snapshot.compromised.some((row) => row.keyId === keyId),
    async load() {
      const rows = await store.read(statements.readAll());
      const next = openAll(rows, snapshot.materials, { seal, form });
      if (!isSameKeys(next.materials, snapshot.materials)) version += 1;
      snapshot = next;
    },
    signer() {
      const row = findSigner(snapshot.rows, now());
      const material = snapshot.materials.get(row?.keyId ?? '');
      if (material === undefined) throw new Error('there is no signing key');
      return material.privateKey;
    },
    keySet: {
      find(header) {
        const key = snapshot.all?.find(header);
        return key && published().some((row) => row.keyId === key.keyId) ? key : undefined;
      },
      get version() {
        return version;
      },
    },
    publicJwks: () => ({
      keys: published().flatMap(({ keyId }) => snapshot.materials.get(keyId)?.publicJwk ?? []),
    }),
    list: () => [...snapshot.rows, ...snapshot.compromised].map((row) => summarize(row, now())),
  };
}

function openAll(
  all: readonly SigningKeyRow[],
  known: ReadonlyMap<string, KeyMaterial>,
  sealing: Pick<ViewParts, 'seal' | 'form'>,
): Snapshot {
  const rows = all.filter((row) => !hasBeenCompromised(row));
  const materials = new Map(rows.map((row) => [row.keyId, known.get(row.keyId) ?? openKeyRow(row, sealing)]));
  const publicKeys = [...materials.values()].map(({ publicKey }) => publicKey);
  return {
    rows,
    compromised: all.filter(hasBeenCompromised),
    materials,
    all: publicKeys.length === 0 ? undefined : createKeySet(publicKeys),
  };
}

function hasBeenCompromised(row: SigningKeyRow): boolean {
  return typeof row.compromisedAtMs === 'number';
}

function isSameKeys(some: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>): boolean {
  return some.size === others.size && [...some.keys()].every((keyId) => others.has(keyId));
}

function stateOf(row: SigningKeyRow, nowMs: number): SigningKeySummary['state'] {
  if (hasBeenCompromised(row)) return 'compromised';
  if (row.signsUntilMs !== null && row.signsUntilMs <= nowMs) return 'retired';
  return row.signsFromMs <= nowMs ? 'signing' : 'published';
}

function summarize(row: SigningKeyRow, nowMs: number): SigningKeySummary {
  return {
    keyId: row.keyId,
    algorithm: row.algorithm,
    state: stateOf(row, nowMs),
    createdAtMs: row.createdAtMs,
    signsFromMs: row.signsFromMs,
    signsUntilMs: row.signsUntilMs ?? undefined,
    publishedUntilMs: row.publishedUntilMs ?? undefined,
  };
}
