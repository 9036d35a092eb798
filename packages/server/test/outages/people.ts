import { randomBytes } from 'node:crypto';
import {
  type Auth,
  ClientError,
  createClient,
  type CustomStorage,
  type StorageChoice,
  type User,
} from '@countersign/client';

/** Somebody with the real client. */
export interface Person {
  readonly auth: Auth;
  /** Where the calls come from. */
  address: string;
  refreshes: number;
  signedOut: number;
}

export interface Place {
  readonly issuer: string;
  readonly api: string;
  readonly now?: () => number;
}

export const account = { email: 'everybody@example.com', password: 'a wristband for everyone' };

export function openPerson(place: Place, index: number, storage: StorageChoice = 'memory'): Person {
  const send: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    request.headers.set('x-forwarded-for', person.address);
    if (new URL(request.url).pathname === '/v1/refresh') person.refreshes += 1;
    return fetch(request);
  };
  const { issuer, api, now } = place;
  const auth = createClient({
    issuer,
    storage,
    apiOrigins: [new URL(api).origin],
    fetch: send,
    ...(now === undefined ? {} : { now }),
  });
  const person: Person = { auth, address: addressOf(index), refreshes: 0, signedOut: 0 };
  auth.on('signed-out', () => {
    person.signedOut += 1;
  });
  return person;
}

/** Everybody in a network of their own. */
export function addressOf(index: number): string {
  return `2001:db8:${(index >> 8).toString(16)}:${(index & 0xff).toString(16)}::1`;
}

/** @throws Error when anything but the session of `account` came of it */
export async function signIn(person: Person): Promise<void> {
  const outcome = await person.auth.signIn({ identifier: account.email, password: account.password });
  if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
}

/** What the person saw of one request: `served`, the status of the API, or the code of what the client threw. */
export async function ask({ auth }: Person, url: string): Promise<string> {
  try {
    const answer = await auth.fetch(url);
    await answer.arrayBuffer();
    return answer.ok ? 'served' : String(answer.status);
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}

/** How often each outcome was seen. */
export function count(
  outcomes: readonly string[],
  into: Map<string, number> = new Map(),
): Map<string, number> {
  for (const outcome of outcomes) into.set(outcome, (into.get(outcome) ?? 0) + 1);
  return into;
}

/** A storage that holds a session without an access token, as a phone's keychain may. */
export function remember(refreshToken: string, user: User): CustomStorage {
  const secret = randomBytes(32).toString('base64url');
  let kept: string | undefined = JSON.stringify({ secret, refreshToken, user });
  return {
    read: () => kept,
    write: (value) => {
      kept = value;
    },
    remove: () => {
      kept = undefined;
    },
  };
}
