import { randomUUID } from 'node:crypto';
import type { KnownSession, KnownUser, Ledger } from './ledger.ts';

export const password = 'a wristband for everyone';

export interface Load {
  readonly issuer: string;
  readonly adminToken: string;
  readonly ledger: Ledger;
  readonly draw: (below: number) => number;
}

export interface Answer<Body = AnyBody> {
  readonly status: number;
  readonly body: Body;
}

interface AnyBody {
  access_token: string;
  refresh_token: string;
  user: { id: string; roles: string[] };
  code: string;
}

/** @returns undefined when the server died before it answered */
export async function call<Body = AnyBody>(
  issuer: string,
  path: string,
  init: RequestInit,
): Promise<Answer<Body> | undefined> {
  try {
    const response = await fetch(issuer + path, { ...init, headers: { ...jsonHeaders(), ...init.headers } });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Each call comes from another address, so that no limit of a source is met. */
function jsonHeaders(): Record<string, string> {
  const address = `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;
  return { 'Content-Type': 'application/json', 'X-Forwarded-For': address };
}

/** Runs operations one after the other until the server no longer answers. */
export async function runUntilDeath(load: Load): Promise<void> {
  for (;;) {
    const operation = operations[load.draw(operations.length)];
    if (operation === undefined || !(await operation(load))) return;
  }
}

/** Each tells whether the server answered. */
const operations: readonly ((load: Load) => Promise<boolean>)[] = [
  register,
  logIn,
  changeRoles,
  refresh,
  refresh,
  refresh,
  logOut,
];

async function register({ issuer, ledger }: Load): Promise<boolean> {
  const email = `${randomUUID()}@example.com`;
  const answer = await call(issuer, '/v1/register', {
    method: 'POST',
    body: JSON.stringify({ email, password }),
  });
  if (answer === undefined) return false;
  expectStatus(answer, 201);
  ledger.users.push({ email, id: answer.body.user.id, roles: ['user'], pendingRoles: undefined });
  ledger.counts.registrations += 1;
  return true;
}

async function logIn(load: Load): Promise<boolean> {
  const user = pick(load, load.ledger.users);
  if (user === undefined) return true;
  const answer = await call(load.issuer, '/v1/login', {
    method: 'POST',
    body: JSON.stringify({ identifier: user.email, password }),
  });
  if (answer === undefined) return false;
  if (answer.status === 429) return true;
  expectStatus(answer, 200);
  load.ledger.sessions.push({
    user,
    refreshToken: answer.body.refresh_token,
    pendingRequestId: undefined,
    logOut: 'no',
  });
  load.ledger.counts.logIns += 1;
  return true;
}

async function changeRoles(load: Load): Promise<boolean> {
  const user = pick(
    load,
    load.ledger.users.filter((one) => one.pendingRoles === undefined),
  );
  if (user === undefined) return true;
  user.pendingRoles = user.roles.includes('admin') ? ['user'] : ['admin', 'user'];
  const answer = await call(load.issuer, `/v1/admin/users/${user.id}`, {
    method: 'PATCH',
    headers: { Authorization: `Bearer ${load.adminToken}` },
    body: JSON.stringify({ roles: user.pendingRoles }),
  });
  if (answer === undefined) return false;
  expectStatus(answer, 200);
  user.roles = user.pendingRoles;
  user.pendingRoles = undefined;
  load.ledger.counts.roleChanges += 1;
  return true;
}

async function refresh(load: Load): Promise<boolean> {
  const session = pick(load, openSessions(load.ledger));
  if (session === undefined) return true;
  session.pendingRequestId = randomUUID();
  const answer = await sendRefresh(load.issuer, session);
  if (answer === undefined) return false;
  if (answer.status === 429) {
    session.pendingRequestId = undefined;
    return true;
  }
  expectStatus(answer, 200);
  session.refreshToken = answer.body.refresh_token;
  session.pendingRequestId = undefined;
  load.ledger.counts.refreshes += 1;
  return true;
}

export function sendRefresh(issuer: string, session: KnownSession): Promise<Answer | undefined> {
  return call(issuer, '/v1/refresh', {
    method: 'POST',
    headers: { 'Idempotency-Key': session.pendingRequestId ?? randomUUID() },
    body: JSON.stringify({ refresh_token: session.refreshToken }),
  });
}

async function logOut(load: Load): Promise<boolean> {
  const session = pick(load, openSessions(load.ledger));
  if (session === undefined) return true;
  session.logOut = 'pending';
  const answer = await call(load.issuer, '/v1/logout', {
    method: 'POST',
    body: JSON.stringify({ refresh_token: session.refreshToken }),
  });
  if (answer === undefined) return false;
  expectStatus(answer, 204);
  session.logOut = 'acknowledged';
  load.ledger.counts.logOuts += 1;
  return true;
}

function openSessions(ledger: Ledger): KnownSession[] {
  return ledger.sessions.filter((one) => one.logOut === 'no' && one.pendingRequestId === undefined);
}

function pick<Value extends KnownUser | KnownSession>(load: Load, from: readonly Value[]): Value | undefined {
  return from[load.draw(from.length)];
}

export function expectStatus(answer: Answer<unknown>, status: number): void {
  if (answer.status !== status) {
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}
