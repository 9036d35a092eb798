import { catchUp } from './catch-up.ts';
import { ClientError } from './client-error.ts';
import { type Core, freshnessOf } from './core.ts';
import { createSecret, makeRequestId } from './request-id.ts';
import { isSameSession, type SessionRecord } from './session-record.ts';
import { tellTabs, toRecord } from './take-answer.ts';
import type { RefreshInput } from './wire.ts';

/** How long a tab waits to be told of a renewal that it can see but not read (cookie mode). */
const messageWaitMs = 200;
/** A renewal this recent may still be on its way as a message. */
const recentMs = 2000;

export interface RenewalWish {
  /** An access token that a service has refused although its time was not up. */
  readonly rejected?: string;
  /** Cookie mode at page load: ask even though nothing is stored here; the cookie may be there. */
  readonly isDiscovery?: boolean;
}

export type RenewOnce = (wish?: RenewalWish) => Promise<SessionRecord | undefined>;

/**
 * Renew the session: one refresh in flight in this page, and, by the Web
 * Lock, across tabs. Inside the lock the storage is read again, and what
 * another tab brought meanwhile is used instead.
 *
 * A refresh whose answer was lost is repeated at the next wish with the same
 * token and therefore the same request id, and gets the same successor.
 *
 * @returns the session that counts now, `undefined` when there is none;
 *   unchanged within five seconds of the last renewal
 * @throws ClientError when the issuer could not be asked or would not answer;
 *   nothing is given up then
 */
export function createRenewOnce(core: Core): RenewOnce {
  let inFlight: Promise<SessionRecord | undefined> | undefined;
  return (wish = {}) => {
    inFlight ??= core
      .exclusive(() => renew(core, wish))
      .finally(() => {
        inFlight = undefined;
      });
    return inFlight;
  };
}

async function renew(core: Core, wish: RenewalWish): Promise<SessionRecord | undefined> {
  const present = (await catchUpWithMessages(core)) ?? (await discover(core, wish));
  if (present === undefined || isGoodEnough(core, present, wish)) return present;
  if (core.pause.check() === 'just-renewed') return present;
  const renewed = await refresh(core, present);
  if (renewed !== 'refused') return await advance(core, renewed);
  const other = await catchUp(core);
  if (other !== undefined && isReplaced(present, other)) return await renewOther(core, other);
  return await giveUp(core, present);
}

/** Another tab signed in while this one asked with the session that this ended: not a sign-out. Once, never in a loop. */
async function renewOther(core: Core, other: SessionRecord): Promise<SessionRecord | undefined> {
  if (isGoodEnough(core, other, {})) return other;
  const renewed = await refresh(core, other);
  return renewed === 'refused' ? await giveUp(core, other) : await advance(core, renewed);
}

async function giveUp(core: Core, refused: SessionRecord): Promise<undefined> {
  await core.keeper.remove();
  core.state.release('refused');
  core.channel.post({ type: 'ended', ...(refused.sid === undefined ? {} : { sid: refused.sid }) });
}

async function refresh(core: Core, present: SessionRecord): Promise<SessionRecord | 'refused'> {
  const { refreshToken, secret } = present;
  const requestId = await makeRequestId(present, core.surroundings.crypto.subtle);
  const sentAtMs = core.surroundings.now();
  try {
    const body: RefreshInput = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    const answer = await core.call({ method: 'POST', path: '/v1/refresh', body, requestId });
    const record = toRecord(core, answer, { secret, sentAtMs });
    core.pause.succeeded();
    return record;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (error.code === 'invalid_grant') return 'refused';
    core.pause.failed(error);
    tellRest(core, present, error);
    throw error;
  }
}

async function advance(core: Core, renewed: SessionRecord): Promise<SessionRecord | undefined> {
  const counts = await core.keeper.advance(renewed);
  if (counts === undefined) {
    core.state.release('elsewhere');
    return undefined;
  }
  core.state.hold(counts);
  if (counts === renewed) tellTabs(core, renewed);
  return counts;
}

/** The issuer asked to be left alone: the other tabs of the session need not hear it from the issuer themselves. */
function tellRest(
  core: Core,
  { sid }: SessionRecord,
  { code, status, retryAfterSeconds }: ClientError,
): void {
  if (sid === undefined || retryAfterSeconds === undefined) return;
  core.channel.post({
    type: 'resting',
    sid,
    code,
    retryAfterSeconds,
    ...(status === undefined ? {} : { status }),
  });
}

/** Stored before it is used, so that a repeat after a lost answer carries the same request id. */
async function discover(core: Core, wish: RenewalWish): Promise<SessionRecord | undefined> {
  if (core.kind !== 'cookie' || wish.isDiscovery !== true) return undefined;
  const record = { secret: createSecret(core.surroundings.crypto) };
  await core.keeper.replace(record);
  return record;
}

function isGoodEnough(core: Core, record: SessionRecord, wish: RenewalWish): boolean {
  if (record.accessToken === undefined || record.accessToken === wish.rejected) return false;
  if (wish.rejected !== undefined) return true;
  return freshnessOf(core, record) === 'fresh';
}

function isReplaced(asked: SessionRecord, other: SessionRecord): boolean {
  return !isSameSession(asked, other) || asked.refreshToken !== other.refreshToken;
}

/** With a cookie, a renewal by another tab is seen in the storage and its token arrives as a message. */
async function catchUpWithMessages(core: Core): Promise<SessionRecord | undefined> {
  if (core.kind === 'cookie') {
    const renewedAtMs = (await core.keeper.read())?.renewedAtMs ?? -Infinity;
    const isUnseen = renewedAtMs > (core.state.held()?.renewedAtMs ?? -Infinity);
    if (isUnseen && core.surroundings.now() - renewedAtMs < recentMs) await waitForMessage(core, renewedAtMs);
  }
  return await catchUp(core);
}

function waitForMessage(core: Core, renewedAtMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      stopRenewed();
      stopSignedIn();
      resolve();
    };
    const onHold = (): void => {
      if ((core.state.held()?.renewedAtMs ?? -Infinity) >= renewedAtMs) finish();
    };
    const timer = setTimeout(finish, messageWaitMs);
    const stopRenewed = core.state.on('renewed', onHold);
    const stopSignedIn = core.state.on('signed-in', onHold);
  });
}
