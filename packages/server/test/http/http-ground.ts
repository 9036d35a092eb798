import type { RequestSource } from '../../src/base/house.ts';
import { addUser } from '../../src/flows/add-user.ts';
import { logIn } from '../flows/log-in.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { sql } from '../../src/store/sql.ts';
import type { TestServer } from '../../src/testing.ts';

export const password = 'a wristband for alice';
export const anotherPassword = 'seven boats on a green lake';
export const source: RequestSource = { requestId: 'r1', address: '192.0.2.7', userAgent: 'test' };
/** Of the right form, and of nothing. */
export const unknownId = 'A'.repeat(22);

export interface Person extends SignedIn {
  readonly email: string;
}

/** A call as a test writes it; `json` and `form` bring their content type along. */
export interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | string;
  /** With a type of its own in `headers`. */
  readonly raw?: BodyInit;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is not JSON. */
  readonly json: unknown;
}

export async function send(server: TestServer, call: Call & { readonly path: string }): Promise<Seen> {
  const headers = new Headers(call.headers);
  if (call.token !== undefined) headers.set('authorization', `Bearer ${call.token}`);
  if (call.json !== undefined) headers.set('content-type', 'application/json');
  if (call.form !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded');
  const body = bodyOf(call);
  const response = await server.fetch(call.path, {
    method: call.method ?? 'GET',
    headers,
    ...(body !== undefined && { body, duplex: 'half' }),
  });
  const text = await textOfAnswer(response);
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

/** Of a stream that does not end, what comes first. */
async function textOfAnswer(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream') return response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? []).toString();
}

function bodyOf({ json, form, raw }: Call): BodyInit | undefined {
  if (json !== undefined) return JSON.stringify(json);
  if (form === undefined) return raw;
  return typeof form === 'string' ? form : new URLSearchParams(form).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A member of a parsed answer, by its dotted path. */
export function memberOf(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, name)?.value;
  }
  return found;
}

export function textOf(value: unknown, path: string): string {
  const found = memberOf(value, path);
  if (typeof found !== 'string') throw new TypeError(`no text at ${path}`);
  return found;
}

/**
 * What a browser sends with a form of ours, or to see a page.
 * @param person  who is signed in there; nobody when undefined
 */
export function fromBrowser(
  { house, issuer }: TestServer,
  person: SignedIn | undefined,
  fields: Readonly<Record<string, string>> = {},
  challengeId = '',
): { readonly headers: Readonly<Record<string, string>>; readonly form: Readonly<Record<string, string>> } {
  const flowId = 'F'.repeat(22);
  const id = person?.sessionId ?? '';
  const cookies = [
    `cs_flow=${flowId}${challengeId}${house.stamps.make('flow-cookie', flowId + challengeId)}`,
    ...(person === undefined ? [] : [`cs_session=${id}${house.stamps.make('session-cookie', id)}`]),
  ];
  return {
    headers: { cookie: cookies.join('; '), origin: issuer },
    form: { ...fields, form_token: house.stamps.make('form', `${flowId} ${id}`) },
  };
}

let people = 0;

/** An account that is signed in. Each has an address of its own. */
export async function signUp(server: TestServer, roles: readonly string[] = ['user']): Promise<Person> {
  people += 1;
  const email = `person-${people}@example.com`;
  const actor = { kind: 'command-line' } as const;
  await addUser(server.house, { email, password, roles }, { action: 'user.created', actor, source });
  return signInAgain(server, email);
}

export async function signInAgain(server: TestServer, email: string): Promise<Person> {
  // Budgets are full again: no test of another thing meets them.
  server.clock.advanceMs(60_000);
  return { ...(await logIn(server.house, { identifier: email, password }, source)), email };
}

/** Actions in the audit table after the given number, the oldest first, and the number of the last. */
export async function readAudit(
  server: TestServer,
  after = 0,
): Promise<{ readonly actions: readonly string[]; readonly last: number }> {
  const rows = await server.house.store.read(
    sql<{ action: string; seq: number }>`SELECT action, seq FROM audit WHERE seq > ${after} ORDER BY seq`,
  );
  return { actions: rows.map(({ action }) => action), last: rows.at(-1)?.seq ?? after };
}
