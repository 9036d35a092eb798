import { findExtraClaims } from './keys/extra-claims.ts';
import { tellOfAudit } from './store/tell-audit.ts';
import { randomBytes, randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fingerprintKeyBytes } from '@countersign/revocation';
import type { Now } from './base/clock.ts';
import type { FeedState } from './base/feed-rows.ts';
import type {
  BreachedPasswords,
  GuessingEpisode,
  GuessSensors,
  House,
  Log,
  Policy,
  Store,
} from './base/house.ts';
import { type Schedule, scheduleByTimer } from './base/schedule.ts';
import { createSeal } from './base/seal.ts';
import { randomId } from './base/random-id.ts';
import { createPseudonyms } from './base/pseudonym.ts';
import { createStamps } from './base/stamps.ts';
import { StartRefusal } from './base/start-refusal.ts';
import { createFeed } from './feed/feed.ts';
import { followKeyChanges } from './follow-key-changes.ts';
import { createVault } from './keys/vault.ts';
import { createRefreshTokens } from './keys/refresh-tokens.ts';
import { feedKeyForm } from './keys/key-material.ts';
import { createKeyring, createKeys } from './keys/signing-keys.ts';
import { createAfterwards } from './limits/afterwards.ts';
import { createGuessSensors } from './limits/guess-sensors.ts';
import { createHashQueue } from './limits/hash-queue.ts';
import { limitTable } from './limits/limit-table.ts';
import { createLimits } from './limits/rate-limits.ts';
import { openMessages } from './open-messages.ts';
import { startAttemptRetention } from './limits/retention.ts';
import { openBreachFilter } from './proofs/breach-filter.ts';
import { createBreachedPasswords } from './proofs/breached-passwords.ts';
import { attemptLimits } from './rules/attempt-decision.ts';
import { builtInRoles } from './rules/permissions.ts';
import type { Settings } from './settings/settings.ts';
import { recordAct } from './store/audit.ts';
import { deleteOldAttempts } from './store/attempts.ts';
import { feedStatements } from './store/feed.ts';
import { firstRows } from './store/first-rows.ts';
import { deleteOldDevices } from './store/known-devices.ts';
import { openSqlite } from './store/open-sqlite.ts';
import { webhookStatements } from './store/webhooks.ts';
import { openWebhooks } from './webhooks/webhooks.ts';
import { isAllowedAddress } from './rules/webhook-target.ts';
import { countPasskeysOfOthers } from './store/passkeys.ts';
import { refreshKeyStatements } from './store/refresh-keys.ts';
import { firstFeedRow, lowerTtlMax, raiseTtlMax } from './store/revocations.ts';
import { findRole } from './store/roles.ts';
import { feedKeyStatements, signingKeyStatements } from './store/signing-keys.ts';

export interface OpenedHouse {
  readonly house: House;
  close(): Promise<void>;
}

export interface Surroundings {
  readonly now: Now;
  readonly log: Log;
  /** A command beside a server, which may have other settings: see `KeysParts.isGuest`. */
  readonly isGuest?: boolean | undefined;
  /** Whether the process serves nothing else, see `ListenOptions`. Default: it may. */
  readonly ownsProcess?: boolean | undefined;
  /** Default: timers that do not keep the process alive. */
  readonly schedule?: Schedule | undefined;
}

/** Hashes that may wait before a log-in is refused: about a second of work. */
const waitingHashesPerCore = 16;

/**
 * Opens the database and builds all that flows need; the server and the
 * commands that administer it start here.
 *
 * @throws StartRefusal when the database, the master key or a setting does not fit
 */
export async function openHouse(settings: Settings, surroundings: Surroundings): Promise<OpenedHouse> {
  const { onAuditEvent, databaseFile } = settings;
  const opened = openSqlite(databaseFile, { handsBackMemory: surroundings.ownsProcess });
  const store = onAuditEvent === undefined ? opened : tellOfAudit(opened, onAuditEvent, surroundings.log);
  try {
    return await buildHouse(store, settings, surroundings);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function buildHouse(
  store: Store,
  settings: Settings,
  { now, log, isGuest, schedule = scheduleByTimer }: Surroundings,
): Promise<OpenedHouse> {
  const guessing = openGuessSensors(store, { now, schedule, log });
  const breachedPasswords = await openBreachedPasswords(settings, log);
  const feedState = await furnish(store, settings, now);
  await warnOfOtherDomain(store, settings, log);
  const seal = createSeal(settings.masterKey);
  const keys = await createKeys({
    store,
    seal,
    statements: signingKeyStatements,
    policy: settings,
    algorithm: settings.signingAlgorithm,
    sharedSecret: settings.signingSecret,
    rotationDays: settings.keyRotationDays,
    isGuest,
    now,
    log,
  });
  const refreshTokens = await createRefreshTokens({ store, seal, statements: refreshKeyStatements, now });
  const stopLowering = lowerTtlMaxLater(store, { feed: feedState, settings, schedule, log });
  const feedKeys = await createKeyring({
    store,
    seal,
    statements: feedKeyStatements,
    form: feedKeyForm,
    algorithm: 'ES256',
    accessTokenSeconds: settings.accessTokenSeconds,
    rotationDays: settings.keyRotationDays,
    isGuest,
    now,
    log,
  });
  const { feed, close: closeFeed } = await createFeed({
    issuer: settings.issuer,
    store,
    statements: feedStatements,
    keys: feedKeys,
    first: feedState,
    isGuest,
    now,
    schedule,
    log,
  });
  const stopFollowing = await followKeyChanges({ feed, store, keys, refreshTokens, log });
  const policy = toPolicy(settings);
  const { webhooks, close: closeWebhooks } = openWebhooks({
    store,
    statements: webhookStatements,
    seal,
    view: feed.view,
    isAllowed: (address) => isAllowedAddress(address, policy.webhookTargets),
    isGuest,
    now,
    random: () => randomInt(1_000_000) / 1_000_000,
    schedule,
    log,
  });
  const { messages, close: closeMessages } = openMessages(settings, {
    store,
    seal,
    now,
    log,
    schedule,
    isGuest,
  });
  const stopForgetting = isGuest ? () => {} : forgetOldRows(store, { now, schedule, log });
  const hashing = createHashQueue({ maxWaiting: availableParallelism() * waitingHashesPerCore, now });
  const limits = createLimits(limitTable, now);
  const pseudonym = createPseudonyms(settings.masterKey);
  const stamps = createStamps(settings.masterKey);
  const afterwards = createAfterwards({ maxWaiting: 1000, log });
  return {
    house: {
      policy,
      store,
      keys,
      feed,
      refreshTokens,
      vault: createVault(seal, settings.masterKey),
      stamps,
      webhooks,
      messages,
      hashing,
      limits,
      afterwards,
      guessing,
      breachedPasswords,
      findExtraClaims: toFinder(settings.enrichAccessToken, schedule),
      now,
      log,
      pseudonym,
    },
    async close() {
      await afterwards.settled();
      stopLowering();
      stopFollowing();
      stopForgetting();
      closeWebhooks();
      guessing.close();
      await breachedPasswords.close();
      await closeMessages();
      closeFeed();
      feedKeys.close();
      keys.close();
      await store.close();
    },
  };
}

interface Clockwork {
  readonly now: Now;
  readonly schedule: Schedule;
  readonly log: Log;
}

/** What is over is written by nobody's request. */
function openGuessSensors(store: Store, { now, schedule, log }: Clockwork): GuessSensors {
  const onEnded = ({ sensor, source, accounts, refused }: GuessingEpisode): void => {
    const detail = { sensor, source: source ?? null, accounts, refused };
    const row = recordAct({
      id: randomId(),
      atMs: now(),
      action: 'guessing.ended',
      actor: 'anonymous',
      detail,
    });
    store.commit([row]).catch((error: unknown) => log.warn('guessing.not-recorded', { error, ...detail }));
  };
  return createGuessSensors({ now, schedule, log, onEnded });
}

async function openBreachedPasswords(settings: Settings, log: Log): Promise<BreachedPasswords> {
  const { breachedPasswordsFile: file, breachedPasswordsUrl: url } = settings;
  const filter = file === undefined ? undefined : await openBreachFilter(file);
  return createBreachedPasswords({ filter, url, log });
}

function forgetOldRows(store: Store, { now, schedule, log }: Clockwork): () => void {
  const { maxFailures } = attemptLimits;
  const statements = {
    deleteOldAttempts: (old: { beforeMs: number; limit: number }) =>
      deleteOldAttempts({ ...old, maxFailures }),
    deleteOldDevices,
  };
  return startAttemptRetention({ store, statements, now, schedule, log });
}

function toFinder(enrich: Settings['enrichAccessToken'], schedule: Schedule): House['findExtraClaims'] {
  return enrich === undefined ? undefined : (facts) => findExtraClaims(enrich, facts, schedule);
}

/** Member by member: the settings hold secrets, which no flow needs. */
function toPolicy(settings: Settings): Policy {
  return {
    issuer: settings.issuer,
    audience: settings.audience,
    accessTokenSeconds: settings.accessTokenSeconds,
    sessionIdleSeconds: settings.sessionIdleSeconds,
    sessionMaxSeconds: settings.sessionMaxSeconds,
    maxSessionsOfUser: settings.maxSessionsOfUser,
    recentSignInSeconds: settings.recentSignInSeconds,
    rolesRequiringSecondFactor: settings.rolesRequiringSecondFactor,
    emailCodes: settings.emailCodes,
    rememberDeviceSeconds: settings.rememberDeviceDays * 86_400,
    registration: settings.registration,
    magicLink: settings.magicLink,
    defaultRole: settings.defaultRole,
    argon2: { memoryKib: settings.argon2MemoryKib, passes: settings.argon2Passes, parallelism: 1 },
    passkeys: {
      rpId: settings.passkeyRpId,
      name: new URL(settings.issuer).host,
      origins: [settings.issuer, ...settings.passkeyOrigins],
    },
    webhookTargets: {
      allowsPrivate: settings.dangerAllowPrivateWebhooks,
      allowsLoopback: settings.mode === 'development' || settings.dangerAllowPrivateWebhooks,
    },
  };
}

/** What every database holds before anything else is asked of it. */
async function furnish(store: Store, settings: Settings, now: Now): Promise<FeedState> {
  const nowMs = now();
  const { accessTokenSeconds } = settings;
  await store.commit([
    ...firstRows(builtInRoles, nowMs),
    firstFeedRow({
      nowMs,
      ttlMaxSeconds: accessTokenSeconds,
      fingerprintKey: randomBytes(fingerprintKeyBytes),
    }),
    raiseTtlMax(accessTokenSeconds),
  ]);
  const [role] = await store.read(findRole(settings.defaultRole));
  if (role === undefined) {
    throw new StartRefusal(
      'COUNTERSIGN_DEFAULT_ROLE: there is no such role. Create it as an administrator first, or use the built-in role user.',
    );
  }
  const [feed] = await store.read(feedStatements.readState());
  if (feed === undefined) throw new Error('the feed has no row');
  return feed;
}

/** They are kept: with the setting of before they work again. */
async function warnOfOtherDomain(store: Store, { passkeyRpId }: Settings, log: Log): Promise<void> {
  const [others] = await store.read(countPasskeysOfOthers(passkeyRpId));
  if (others === undefined || others.count === 0) return;
  log.warn('passkeys.other-domain', {
    passkeys: others.count,
    passkeyRpId,
    help: 'they were made for another domain and cannot sign in any more; set COUNTERSIGN_PASSKEY_RP_ID to the former one, see docs/passkeys.md',
  });
}

interface Lowering {
  readonly feed: FeedState;
  readonly settings: Settings;
  readonly schedule: Schedule;
  readonly log: Log;
}

/** Tokens of the longer life are dead once that life has passed; until then guards must allow for them. @returns stops it */
function lowerTtlMaxLater(store: Store, { feed, settings, schedule, log }: Lowering): () => void {
  if (feed.ttlMaxSeconds <= settings.accessTokenSeconds) return () => {};
  return schedule(() => {
    store.commit([lowerTtlMax(feed.ttlMaxSeconds, settings.accessTokenSeconds)]).catch((error: unknown) => {
      log.warn('feed.ttl-not-lowered', { error });
    });
  }, feed.ttlMaxSeconds * 1000);
}
