import { changePassword } from '../../../src/flows/change-password.ts';
import { disableUser, enableUser } from '../../../src/flows/admin/disable-user.ts';
import { logOut } from '../../../src/flows/log-out.ts';
import { logOutEverywhere } from '../../../src/flows/log-out-everywhere.ts';
import { refresh } from '../../../src/flows/refresh.ts';
import { callerOf } from '../../flows/test-house.ts';
import {
  checkToken,
  compare,
  endSessions,
  isLive,
  isRenewable,
  type Move,
  pickSession,
  somewhere,
  takeSession,
  type Walker,
  wasThrottled,
} from './world.ts';

/** What is done with a session, by whoever has got hold of its tokens. */
export const sessionMoves: readonly Move[] = [
  { name: 'use an access token', weight: 4, run: useToken },
  { name: 'refresh', weight: 6, run: refreshSomehow },
  { name: 'log out', weight: 1, run: logOutOnce },
  { name: 'log out everywhere', weight: 1, run: logOutAll },
  { name: 'change the password', weight: 2, run: changePasswordSomehow },
  { name: 'disable or enable', weight: 1, run: disableOrEnable },
];

async function useToken(walker: Walker): Promise<void> {
  const session = pickSession(walker);
  if (session === undefined) return;
  await compare(walker, {
    what: 'use a token',
    must: isLive(session, walker.house.now()),
    call: () => callerOf(walker.house, session.tokens),
  });
}

async function refreshSomehow(walker: Walker): Promise<void> {
  const { house, random } = walker;
  const session = pickSession(walker);
  if (session === undefined) return;
  const spent = session.spentRefreshTokens;
  const stolen = random.chance(0.1) ? spent[random.below(spent.length)] : undefined;
  const must = isRenewable(session, house.now());
  const tokens = await compare(walker, {
    what: stolen === undefined ? 'refresh' : 'refresh with a spent token',
    must: must && stolen === undefined,
    call: () =>
      refresh(
        house,
        { refreshToken: stolen ?? session.tokens.refreshToken, requestId: undefined },
        somewhere(walker),
      ),
  });
  // Whoever has a spent token has proven a theft, unless nothing was looked at.
  if (stolen !== undefined && must && !wasThrottled(walker)) {
    session.isOpen = false;
  }
  if (tokens === undefined) return;
  session.spentRefreshTokens.push(session.tokens.refreshToken);
  session.tokens = tokens;
  session.rotatedAtMs = house.now();
  checkToken(walker, session);
}

async function logOutOnce(walker: Walker): Promise<void> {
  const session = pickSession(walker);
  if (session === undefined) return;
  const { refreshToken } = session.tokens;
  const call = () => logOut(walker.house, { refreshToken }, somewhere(walker));
  await compare(walker, { what: 'log out', must: true, call });
  session.isOpen = false;
}

async function logOutAll(walker: Walker): Promise<void> {
  const session = pickSession(walker);
  if (session === undefined) return;
  const { house } = walker;
  const isDone = await compare(walker, {
    what: 'log out everywhere',
    must: isLive(session, house.now()),
    call: async () => {
      await logOutEverywhere(house, await callerOf(house, session.tokens), somewhere(walker));
      return true;
    },
  });
  if (isDone === true) endSessions(session.account);
}

let passwords = 0;

async function changePasswordSomehow(walker: Walker): Promise<void> {
  const { house, random } = walker;
  const session = pickSession(walker);
  if (session === undefined) return;
  const { account } = session;
  const currentPassword = random.chance(0.7) ? account.password : (account.former.passwords[0] ?? 'a guess');
  passwords += 1;
  const newPassword = `a wristband with number ${passwords}`;
  const tokens = await compare(walker, {
    what: 'change the password',
    must: isLive(session, house.now()) && currentPassword === account.password,
    call: async () => {
      const caller = await callerOf(house, session.tokens);
      return changePassword(house, { caller, currentPassword, newPassword }, somewhere(walker));
    },
  });
  if (tokens === undefined) return;
  account.former.passwords.push(account.password);
  account.password = newPassword;
  endSessions(account);
  takeSession(walker, { account, proven: session.proven, tokens });
}

async function disableOrEnable(walker: Walker): Promise<void> {
  const { house, random } = walker;
  const account = random.pick(walker.accounts);
  const { userId } = account;
  const actor = { kind: 'command-line' } as const;
  const act = account.isDisabled ? enableUser : disableUser;
  const call = () => act(house, { actor, userId }, somewhere(walker));
  await compare(walker, { what: account.isDisabled ? 'enable' : 'disable', must: true, call });
  account.isDisabled = !account.isDisabled;
  if (account.isDisabled) endSessions(account);
}
