import { createJwtVerifier, type KeySet, type RemoteKeySet } from '@countersign/tokens';
import type { RevocationView } from '@countersign/revocation';
import { explainFault } from './explain-fault.ts';
import { followIssuer } from './follow-issuer.ts';
import { describeView, type GuardStatus, type IssuerRevocationStatus, notFollowed } from './guard-status.ts';
import { createIssuerKeys, type IssuerKeys, type IssuerStatus } from './issuer-keys.ts';
import type { GuardSettings } from './options.ts';
import { createPacedPull, type PacedPull } from './paced-pull.ts';
import type { IssuerVerifier } from './verify-token.ts';

/** One issuer as a guard has it: its keys, its revocations, and how both are. */
export interface IssuerSource {
  readonly verifier: IssuerVerifier;
  /** `undefined` when the keys were given. */
  readonly keys: IssuerKeys | undefined;
  /** How its feed is asked; `undefined` where revocations are not followed. */
  readonly pull: PacedPull | undefined;
  status(): GuardStatus['issuers'][number];
  /** @throws Error naming the issuer whose keys or revocations cannot be had now */
  ready(): Promise<void>;
}

/** @param closed  fires when the guard is closed */
export function createIssuerSource(
  issuer: string,
  settings: GuardSettings,
  closed: AbortSignal,
): IssuerSource {
  const { now } = settings;
  const { keySet, keys, keysStatus } = openKeys(issuer, settings, closed);
  const revocations = openRevocations(issuer, settings, closed);
  const { view } = revocations;
  if (keys !== undefined && view !== undefined) renewWithKeyEvents(keys, view);
  return {
    verifier: {
      issuer,
      keys: keySet,
      algorithms: settings.algorithms,
      view,
      fault: () => revocations.status().fault,
      verify: createVerifier(issuer, keySet, settings),
      look: keys?.look,
    },
    keys,
    pull: view === undefined ? undefined : createPacedPull(view, now),
    status: () => ({ ...keysStatus(), revocations: revocations.status() }),
    ready: async () => {
      await Promise.all([awaitKeys(issuer, keys), awaitView(issuer, revocations)]);
    },
  };
}

/** Where a key was revoked another one signs, and a key set is asked for too rarely to have it by then. */
function renewWithKeyEvents(keys: IssuerKeys, view: RevocationView): void {
  let { revokedKeys: seen } = view.status();
  view.onChange(() => {
    const { revokedKeys } = view.status();
    if (revokedKeys > seen) keys.renew();
    seen = revokedKeys;
  });
}

interface OpenedKeys {
  readonly keySet: KeySet;
  readonly keys: IssuerKeys | undefined;
  readonly keysStatus: () => IssuerStatus;
}

function openKeys(issuer: string, settings: GuardSettings, closed: AbortSignal): OpenedKeys {
  const { keys: given, algorithms, fetch, now, dangerAllowHttp } = settings;
  if (given !== undefined && !isRemote(given)) {
    const status: IssuerStatus = { issuer, state: 'given', keysFetchedAtMs: undefined, fault: undefined };
    return { keySet: given, keys: undefined, keysStatus: () => status };
  }
  const keys = createIssuerKeys({ issuer, remote: given, algorithms, fetch, now, dangerAllowHttp, closed });
  return { keySet: keys.keySet, keys, keysStatus: keys.status };
}

function isRemote(keys: KeySet): keys is RemoteKeySet {
  return 'refresh' in keys && typeof keys.refresh === 'function';
}

/** RFC 9068 §4: the type keeps ID tokens and every other kind of JWT out. */
function createVerifier(issuer: string, keys: KeySet, settings: GuardSettings): IssuerVerifier['verify'] {
  const { audience, algorithms, clockToleranceSeconds, now } = settings;
  return createJwtVerifier({
    keys,
    issuer,
    audience,
    algorithms,
    type: 'at+jwt',
    clockToleranceSeconds,
    now,
  });
}

interface OpenedRevocations {
  readonly view: RevocationView | undefined;
  readonly status: () => IssuerRevocationStatus;
}

function openRevocations(issuer: string, settings: GuardSettings, closed: AbortSignal): OpenedRevocations {
  const following = settings.following.get(issuer);
  if (following === undefined || following.kind === 'none') {
    return { view: undefined, status: () => notFollowed };
  }
  if (following.kind === 'embedded') {
    const { view } = following;
    return { view, status: () => describeView(view.status(), 'embedded', settings.now()) };
  }
  const { view, fault } = followIssuer({ ...settings, ...following, issuer, closed });
  return {
    view,
    status: () => {
      const status = describeView(view.status(), 'following', settings.now());
      return status.state === 'following' ? status : { ...status, fault: fault() ?? status.fault };
    },
  };
}

async function awaitKeys(issuer: string, keys: IssuerKeys | undefined): Promise<void> {
  if (keys === undefined || ['fresh', 'stale'].includes(keys.status().state)) return;
  const seen = await keys.look();
  if (seen.kind === 'looked') return;
  throw new Error(`guard: no keys of ${issuer}: ${explainFault(keys.status().fault ?? 'closed')}`);
}

async function awaitView(issuer: string, { view, status }: OpenedRevocations): Promise<void> {
  if (view === undefined || status().isConnected) return;
  await view.pull();
  const { isConnected, state, fault } = status();
  if (!isConnected)
    throw new Error(`guard: no revocations of ${issuer}: ${explainFault(fault ?? String(state))}`);
}
