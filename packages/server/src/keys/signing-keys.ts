/*
 * The life of a signing key
 *
 *   made ──► published ──signs_from──► signing ──signs_until──► retired ──published_until──► unpublished ──7 days──► deleted
 *                └────────── withdrawn by a hand-over to another key ─────────┘
 *   any of them ──compromised──► unpublished at once, for good; whatever it signed is denied by the feed
 *
 * The state is a function of the clock and three times in the row; nobody has
 * to write anything for a key to begin or end. There is always one last key,
 * without an end: the next one to sign, or the one that signs until the next
 * reload gives it a successor. Keys hand over every `rotationDays`.
 *
 *  1. A key signs from `signs_from` until `signs_until`, one key at a time.
 *  2. A key is published from its making until `published_until`, which lies
 *     longer after its last signature than any token lives.
 *  3. A key is published for the lead (600 s) before it signs. Except: the
 *     first key of a new database, which no verifier can have missed.
 *  4. Whatever changes the succession changes the row of the last key as it
 *     was read: of several processes one wins, the others read again.
 *  5. Nothing is made while a key of the database does not open.
 *  6. A private key leaves this room only as a signature, or sealed.
 *  7. A compromised key neither signs nor is published again, whatever the clock
 *     says. If it signed, the next key signs from that moment: verifiers fetch a
 *     key that they do not know, so this is the second exception to 3.
 *
 * Another process sees a hand-over when it reads again, within 10 s: until then
 * it signs with the key before, which is published for 60 s longer than needed.
 * Of a compromise it hears by the event, and reads again at once.
 * Between HS256 and the others there is no overlap: access tokens alive at that
 * restart are refused, and clients renew.
 */
import type { Now } from '../base/clock.ts';
import type {
  CompromisePlan,
  FeedKeyring,
  Keys,
  Log,
  RotationPlan,
  Statement,
  Store,
} from '../base/house.ts';
import type { CompromiseStatements, RotationCause, SigningKeyStatements } from '../base/key-rows.ts';
import type { Seal } from '../base/seal.ts';
import type { Secret } from '../base/secret.ts';
import { signAccessToken, type TokenForm } from './access-token.ts';
import { type KeyForm, makeKeyRow, signingKeyForm } from './key-material.ts';
import { createKeyView, type KeyView } from './key-view.ts';
import { createAccessTokenReader } from './read-access-token.ts';
import { createSharedSecretKeys } from './shared-secret.ts';
import { planCompromise as planLoss } from './compromise.ts';
import {
  findLast,
  type KeyTiming,
  keptUnpublishedMs,
  planExtension,
  planFirst,
  findSigner,
  planHandOver,
  planLongerOverlap,
  planNewPeriod,
  planReplacement,
  type SuccessionPlan,
  timingOf,
} from './succession.ts';

/** What keys for any use are made with. */
export interface KeyringParts {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly seal: Seal;
  readonly statements: SigningKeyStatements & CompromiseStatements;
  readonly form: KeyForm;
  readonly algorithm: 'ES256' | 'RS256' | 'Ed25519';
  /** Keys stay published for longer than what they signed is believed. */
  readonly accessTokenSeconds: number;
  /** Days between hand-overs. */
  readonly rotationDays: number;
  /**
   * Keys that are there stay as they are, with their algorithm and schedule: for
   * a command beside a server, whose settings it may not have been given.
   */
  readonly isGuest?: boolean | undefined;
  readonly now: Now;
  readonly log: Log;
  /** Default: a timer that does not keep the process alive. */
  readonly repeat?: Repeat;
}

export interface KeysParts extends Omit<KeyringParts, 'algorithm' | 'form' | 'accessTokenSeconds'> {
  readonly policy: TokenForm;
  readonly algorithm: KeyringParts['algorithm'] | 'HS256';
  /** Present exactly with HS256. */
  readonly sharedSecret?: Secret<Uint8Array> | undefined;
}

/** Runs a task again and again, until the returned function is called. */
export type Repeat = (task: () => void, everyMs: number) => () => void;

const reloadEveryMs = 10_000;
/** Each attempt was overtaken by another process; so many in a row are a fault. */
const maxAttempts = 10;

/**
 * The keys that sign access tokens.
 *
 * @throws StartRefusal when the master key does not open them; nothing is created then
 */
export async function createKeys(parts: KeysParts): Promise<Keys> {
  const { algorithm, policy, log, sharedSecret, now } = parts;
  if (algorithm === 'HS256') {
    if (sharedSecret === undefined) throw new TypeError('HS256 needs a shared secret');
    return createSharedSecretKeys(sharedSecret, policy, { log, now });
  }
  const { accessTokenSeconds } = policy;
  const keyring = await createKeyring({ ...parts, algorithm, accessTokenSeconds, form: signingKeyForm });
  return {
    ...keyring,
    issueAccessToken: (claims) => signAccessToken(claims, keyring.signer(), { form: policy, log }),
    readAccessToken: createAccessTokenReader({
      keySet: keyring.keySet,
      // After a change of algorithm, keys of the old one live on until their tokens are dead.
      algorithms: pairAlgorithms,
      form: policy,
      now,
    }),
  };
}

/** Keys of one table, whatever they sign. */
export interface Keyring extends Omit<Keys, 'issueAccessToken' | 'readAccessToken'>, FeedKeyring {}

/**
 * The keys of a table of this database, opened, completed by what the settings
 * ask for, and read again every 10 s until `close`.
 *
 * @throws StartRefusal when the master key does not open them; nothing is created then
 */
export async function createKeyring(parts: KeyringParts): Promise<Keyring> {
  const { algorithm, log, now } = parts;
  const timing = timingOf(parts.rotationDays, parts.accessTokenSeconds);
  const view = createKeyView(parts);
  await view.load();
  const known = parts.isGuest === true ? findAlgorithm(view) : undefined;
  const room: Room = { ...parts, algorithm: known ?? algorithm, timing, view };
  await settle(room, parts.isGuest === true ? planIfNew : planAtStart);

  let isClosed = false;
  let lastReload: Promise<void> = Promise.resolve();
  const reload = (): Promise<void> => {
    lastReload = lastReload.catch(() => {}).then(() => reloadNow(room));
    return lastReload;
  };
  const stop = (parts.repeat ?? repeatByTimer)(() => {
    reload().catch((error: unknown) => {
      if (!isClosed) log.error('keys.reload-failed', { error });
    });
  }, reloadEveryMs);

  return {
    algorithm: room.algorithm,
    keySet: room.view.keySet,
    signer: () => room.view.signer(),
    publicJwks: () => room.view.publicJwks(),
    list: () => room.view.list(),
    planRotation: () => planRotation(room, now()),
    planCompromise: (keyId) => planCompromise(room, keyId, now()),
    reload,
    close() {
      isClosed = true;
      stop();
    },
  };
}

function repeatByTimer(task: () => void, everyMs: number): () => void {
  const timer = setInterval(task, everyMs).unref();
  return () => clearInterval(timer);
}

interface Room extends KeyringParts {
  readonly timing: KeyTiming;
  readonly view: KeyView;
}

/** Statements of a plan, and the keys that it would make. */
interface Draft {
  readonly act: readonly Statement[];
  readonly newKeyIds: readonly string[];
}

async function reloadNow(room: Room): Promise<void> {
  await room.view.load();
  if (room.view.rows().length === 0) throw new Error('the signing keys are gone from the database');
  await settle(room, planInService);
  const forgottenMs = room.now() - keptUnpublishedMs;
  const isForgotten = room.view.list().some((key) => (key.publishedUntilMs ?? Infinity) < forgottenMs);
  if (isForgotten) await room.store.commit([room.statements.deleteUnpublishedBefore(forgottenMs)]);
}

/** Commits what is missing until nothing is, however many processes do the same. */
async function settle(room: Room, plan: (room: Room, nowMs: number) => Draft | undefined): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const draft = plan(room, room.now());
    if (draft === undefined) return;
    const outcome = await room.store.commit(draft.act);
    if (outcome.kind === 'committed') {
      room.log.info('keys.changed', { made: draft.newKeyIds });
    }
    await room.view.load();
  }
  throw new Error('the signing keys could not be brought up to date');
}

const pairAlgorithms = ['ES256', 'RS256', 'Ed25519'] as const;

/** That of the key after which none is scheduled. */
function findAlgorithm(view: KeyView): Room['algorithm'] | undefined {
  const last = findLast(view.rows());
  return pairAlgorithms.find((name) => name === last?.algorithm);
}

function planIfNew(room: Room, nowMs: number): Draft | undefined {
  return room.view.rows().length === 0 ? draftFirst(room, nowMs) : undefined;
}

function planAtStart(room: Room, nowMs: number): Draft | undefined {
  const rows = room.view.rows();
  if (rows.length === 0) return draftFirst(room, nowMs);
  if (findLast(rows)?.algorithm !== room.algorithm) {
    return draft(room, planReplacement(rows, nowMs, room.timing), { nowMs, cause: 'algorithm' });
  }
  const changed = planNewPeriod(rows, nowMs, room.timing);
  return changed === undefined ? planInService(room, nowMs) : draft(room, changed, { nowMs });
}

function planInService(room: Room, nowMs: number): Draft | undefined {
  const rows = room.view.rows();
  const longer = planLongerOverlap(rows, nowMs, room.timing);
  if (longer !== undefined) return draft(room, longer, { nowMs });
  const plan = planExtension(rows, nowMs, room.timing);
  return plan && draft(room, plan, { nowMs, cause: 'schedule', subject: findLast(rows)?.keyId });
}

function planRotation(room: Room, nowMs: number): RotationPlan {
  const decision = planHandOver(room.view.rows(), nowMs, room.timing);
  if ('pending' in decision) {
    const { keyId, signsFromMs } = decision.pending;
    return { kind: 'pending', keyId, signsFromMs };
  }
  const { plan, successor } = decision;
  const { act, newKeyIds } = draft(room, plan, { nowMs });
  const keyId = successor?.keyId ?? newKeyIds[0];
  const signsFromMs =
    plan.changes.find(({ before }) => before === successor)?.after.signsFromMs ??
    plan.inserts[0]?.signsFromMs;
  if (keyId === undefined || signsFromMs === undefined) throw new Error('a hand-over without a successor');
  return { kind: 'planned', act, keyId, signsFromMs };
}

function planCompromise(room: Room, keyId: string, nowMs: number): CompromisePlan {
  const rows = room.view.rows();
  const lost = rows.find((row) => row.keyId === keyId);
  if (lost === undefined) {
    const signingKeyId = findSigner(rows, nowMs)?.keyId;
    if (signingKeyId === undefined || !room.view.isCompromised(keyId)) return { kind: 'unknown' };
    return { kind: 'compromised', signingKeyId };
  }
  const { loss, plan, signer } = planLoss({ rows, lost, nowMs }, room.timing);
  const { act, newKeyIds } = draft(room, plan, { nowMs });
  const signingKeyId = signer?.keyId ?? newKeyIds[0];
  if (signingKeyId === undefined) throw new Error('a compromise that leaves no signing key');
  return { kind: 'planned', act: [room.statements.compromise(loss, nowMs), ...act], signingKeyId };
}

interface DraftReason {
  readonly nowMs: number;
  /** Present when nobody asked by hand: the act then brings its own audit row. */
  readonly cause?: RotationCause;
  /** The key that signs now or soon; default: the first new one. */
  readonly subject?: string | undefined;
}

function draft(room: Room, plan: SuccessionPlan, { nowMs, cause, subject }: DraftReason): Draft {
  const rows = plan.inserts.map((times) => newRow(room, times, nowMs));
  const newKeyIds = rows.map((row) => row.keyId);
  const recorded = subject ?? newKeyIds[0];
  return {
    newKeyIds,
    act: [
      ...(cause && recorded ? [room.statements.record(nowMs, recorded, cause)] : []),
      ...plan.changes.map((change) => room.statements.change(change)),
      ...rows.map((row) => room.statements.insert(row)),
    ],
  };
}

function draftFirst(room: Room, nowMs: number): Draft {
  const [first, next] = planFirst(nowMs, room.timing).map((times) => newRow(room, times, nowMs));
  if (first === undefined || next === undefined) throw new Error('a new database gets two keys');
  return {
    newKeyIds: [first.keyId, next.keyId],
    act: [room.statements.insertFirst(first), room.statements.insert(next)],
  };
}

function newRow(room: Room, times: SuccessionPlan['inserts'][number], createdAtMs: number) {
  return makeKeyRow(room.algorithm, room, { ...times, createdAtMs });
}
