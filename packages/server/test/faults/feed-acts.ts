import { randomUUID } from 'node:crypto';
import {
  type FeedCounts,
  type FeedLedger,
  type FeedSession,
  type FeedUser,
  type KnownToken,
  markDead,
  markUnsure,
} from './feed-ledger.ts';
import { type Answer, call, expectStatus, password } from './mixed-load.ts';

export interface FeedLoad {
  readonly issuer: string;
  readonly ledger: FeedLedger;
  readonly draw: (below: number) => number;
  adminToken: string;
  isOver: boolean;
}

/** Acts one after the other, whoever is alive, until the load is over. */
export async function actOnAndOn(load: FeedLoad): Promise<void> {
  while (!load.isOver) {
    const idle = load.ledger.users.filter(({ isBusy }) => !isBusy);
    const user = idle[load.draw(idle.length)];
    const act = acts[load.draw(acts.length)];
    if (user === undefined || act === undefined) throw new Error('more callers than users');
    user.isBusy = true;
    const isAnswered = await act(load, user);
    user.isBusy = false;
    // Nobody answers for a while: a caller that cannot connect would only burn time.
    if (!isAnswered) await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

type Act = (load: FeedLoad, user: FeedUser) => Promise<boolean>;

const acts: readonly Act[] = [
  logIn,
  logIn,
  logIn,
  renew,
  renew,
  renew,
  renew,
  renew,
  endByLogOut,
  revokeToken,
  revokeToken,
  revokeToken,
  revokeSession,
  revokeUser,
  changeRoles,
];

async function logIn(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const body = JSON.stringify({ identifier: user.email, password });
  const answer = await call(load.issuer, '/v1/login', { method: 'POST', body });
  if (answer === undefined) return false;
  if (answer.status === 429) return true;
  expectStatus(answer, 200);
  const { sid } = readClaims(answer.body.access_token);
  const { refresh_token: refreshToken } = answer.body;
  const session: FeedSession = { sid, user, refreshToken, requestId: undefined, fate: 'alive' };
  load.ledger.sessions.push(session);
  keepToken(load.ledger, session, answer);
  load.ledger.counts.logIns += 1;
  return true;
}

async function renew(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const session = pickSession(load, user);
  return session === undefined || (await refreshSession(load, session)) !== undefined;
}

/** A repeat of a refresh without an answer is the same refresh. */
export async function refreshSession(load: FeedLoad, session: FeedSession): Promise<Answer | undefined> {
  session.requestId ??= randomUUID();
  const answer = await call(load.issuer, '/v1/refresh', {
    method: 'POST',
    headers: { 'Idempotency-Key': session.requestId },
    body: JSON.stringify({ refresh_token: session.refreshToken }),
  });
  if (answer === undefined || answer.status === 429) return answer;
  if (answer.status !== 200) {
    load.ledger.wrong.push(`an honest refresh: ${answer.status} ${answer.body.code}`);
    session.fate = 'unsure';
    return answer;
  }
  session.refreshToken = answer.body.refresh_token;
  session.requestId = undefined;
  keepToken(load.ledger, session, answer);
  load.ledger.counts.refreshes += 1;
  return answer;
}

async function endByLogOut(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const session = pickSession(load, user);
  if (session === undefined || session.requestId !== undefined) return true;
  session.fate = 'unsure';
  const tokens = markUnsure(tokensOf(load, (token) => token.session === session));
  const body = JSON.stringify({ refresh_token: session.refreshToken });
  const answer = await call(load.issuer, '/v1/logout', { method: 'POST', body });
  if (answer === undefined) return miss(load);
  expectStatus(answer, 204);
  session.fate = 'dead';
  markDead(load.ledger, tokens, 'a log-out');
  load.ledger.counts.logOuts += 1;
  return true;
}

function revokeToken(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const mine = tokensOf(load, (token) => token.session.user === user && token.fate === 'alive');
  const token = mine[load.draw(mine.length)];
  if (token === undefined) return Promise.resolve(true);
  const tokens = markUnsure([token]);
  return revoke(load, { scope: 'token', subject: token.jti, tokens, sessions: [], counted: 'revokedTokens' });
}

function revokeSession(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const session = pickSession(load, user);
  if (session === undefined) return Promise.resolve(true);
  const tokens = markUnsure(tokensOf(load, (token) => token.session === session));
  const sessions = [session];
  return revoke(load, {
    scope: 'session',
    subject: session.sid,
    tokens,
    sessions,
    counted: 'revokedSessions',
  });
}

function revokeUser(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const tokens = markUnsure(tokensOf(load, (token) => token.session.user === user));
  const sessions = load.ledger.sessions.filter((one) => one.user === user && one.fate === 'alive');
  return revoke(load, { scope: 'user', subject: user.id, tokens, sessions, counted: 'revokedUsers' });
}

interface Revocation {
  readonly scope: 'token' | 'session' | 'user';
  readonly subject: string;
  readonly tokens: readonly KnownToken[];
  readonly sessions: readonly FeedSession[];
  readonly counted: keyof FeedCounts;
}

interface Receipt {
  readonly seq: number;
  readonly confirmed: number;
  readonly connected: number;
  readonly lagging: readonly { readonly client_id: string }[];
}

async function revoke(load: FeedLoad, act: Revocation): Promise<boolean> {
  const { ledger } = load;
  const { scope, subject, tokens, sessions } = act;
  for (const session of sessions) session.fate = 'unsure';
  const onRoll = new Map(ledger.onRoll);
  const answer = await askAdmin<Receipt>(load, 'POST', {
    path: '/v1/admin/revocations',
    body: { scope, subject, reason: 'crash test', wait: 'all', timeout_ms: 20 + load.draw(1000) },
  });
  if (answer === undefined) return miss(load);
  if (answer.status === 429) {
    for (const one of [...tokens, ...sessions]) one.fate = 'alive';
    return true;
  }
  expectStatus(answer, 200);
  for (const session of sessions) session.fate = 'dead';
  markDead(ledger, tokens, `the scope ${scope}`);
  ledger.counts[act.counted] += 1;
  await checkReceipt(load, { onRoll, receipt: answer.body, token: tokens[0] });
  return true;
}

/** Whoever is on the roll and does not lag was counted as confirmed: it must refuse from now on. */
async function checkReceipt(
  { ledger }: FeedLoad,
  {
    onRoll,
    receipt,
    token,
  }: { onRoll: FeedLedger['onRoll']; receipt: Receipt; token: KnownToken | undefined },
): Promise<void> {
  ledger.counts.receipts += 1;
  if (receipt.lagging.length > 0) ledger.counts.lagging += 1;
  if (receipt.connected < onRoll.size)
    ledger.wrong.push(`a receipt knows ${receipt.connected} of ${onRoll.size} processes`);
  const lagging = new Set(receipt.lagging.map(({ client_id: clientId }) => clientId));
  const confirmed = [...onRoll].filter(([clientId]) => !lagging.has(clientId));
  if (token === undefined) return;
  await Promise.all(
    confirmed.map(async ([clientId, api]) => {
      const probe = await probeApi(api.url, token.accessToken);
      if (probe?.process !== clientId) return;
      ledger.counts.confirmed += 1;
      if (probe.status === 200)
        ledger.wrong.push(`${api.name} was confirmed at ${receipt.seq} and accepts after ${token.endedBy}`);
    }),
  );
}

/** @returns undefined when nobody answers there */
export async function probeApi(
  url: string,
  accessToken: string,
): Promise<{ readonly status: number; readonly process: string | null } | undefined> {
  const headers = { Authorization: `Bearer ${accessToken}` };
  const response = await fetch(`${url}/orders`, { headers }).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  return response && { status: response.status, process: response.headers.get('X-Process') };
}

async function changeRoles(load: FeedLoad, user: FeedUser): Promise<boolean> {
  if (user.roles === undefined && !(await readRoles(load, user))) return false;
  const roles = user.roles?.includes('admin') ? ['user'] : ['admin', 'user'];
  const tokens = markUnsure(tokensOf(load, (token) => token.session.user === user));
  user.roles = undefined;
  const path = `/v1/admin/users/${user.id}`;
  const answer = await askAdmin<unknown>(load, 'PATCH', { path, body: { roles } });
  if (answer === undefined) return miss(load);
  expectStatus(answer, 200);
  user.roles = roles;
  markDead(load.ledger, tokens, 'a change of roles');
  load.ledger.counts.changedRoles += 1;
  return true;
}

async function readRoles(load: FeedLoad, user: FeedUser): Promise<boolean> {
  const answer = await askAdmin<{ user: { roles: string[] } }>(load, 'GET', {
    path: `/v1/admin/users/${user.id}`,
  });
  if (answer === undefined) return false;
  expectStatus(answer, 200);
  user.roles = answer.body.user.roles;
  return true;
}

interface AdminRequest {
  readonly path: string;
  readonly body?: object;
}

export function askAdmin<Body>(
  { issuer, adminToken }: Pick<FeedLoad, 'issuer' | 'adminToken'>,
  method: 'GET' | 'POST' | 'PATCH',
  { path, body }: AdminRequest,
): Promise<Answer<Body> | undefined> {
  return call<Body>(issuer, path, {
    method,
    headers: { Authorization: `Bearer ${adminToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function miss({ ledger }: FeedLoad): boolean {
  ledger.counts.unanswered += 1;
  return false;
}

function pickSession({ ledger, draw }: FeedLoad, user: FeedUser): FeedSession | undefined {
  const open = ledger.sessions.filter((session) => session.user === user && session.fate === 'alive');
  return open[draw(open.length)];
}

function tokensOf({ ledger }: FeedLoad, isOne: (token: KnownToken) => boolean): readonly KnownToken[] {
  return ledger.tokens.filter(isOne);
}

function keepToken(ledger: FeedLedger, session: FeedSession, answer: Answer): void {
  const { access_token: accessToken } = answer.body;
  const { jti } = readClaims(accessToken);
  const issuedAtMs = Date.now();
  ledger.tokens.push({ accessToken, jti, session, issuedAtMs, fate: 'alive', endedBy: undefined });
}

/** Of a token that was just received; its signature is not looked at. */
function readClaims(accessToken: string): { readonly jti: string; readonly sid: string } {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
}
