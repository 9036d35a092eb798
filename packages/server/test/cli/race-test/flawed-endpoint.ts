import { randomUUID } from 'node:crypto';
import { openTarget, type Target, type TargetOptions } from '../../../src/cli/race-test/target.ts';

/** What an endpoint does with a token that was spent before. */
export interface Habits {
  readonly rotates: boolean;
  /** The session ends when a spent token comes back. */
  readonly endsSession: boolean;
  /** A spent token gets another new token for so long. */
  readonly graceMs: number;
}

export interface FlawedEndpoint {
  readonly target: Target;
  readonly requests: readonly Request[];
  signIn(): Promise<string>;
  pause(ms: number): Promise<void>;
}

interface Session {
  isOver: boolean;
}

interface Issued {
  readonly session: Session;
  spentAtMs: number | undefined;
}

/** An OAuth token endpoint in memory, with the habits of servers that one meets. */
export function openFlawedEndpoint(habits: Habits, options: Partial<TargetOptions> = {}): FlawedEndpoint {
  const issued = new Map<string, Issued>();
  const requests: Request[] = [];
  let nowMs = 0;
  const issue = (session: Session): string => {
    const refreshToken = randomUUID();
    issued.set(refreshToken, { session, spentAtMs: undefined });
    return refreshToken;
  };
  const refresh = (refreshToken: string): string | undefined => {
    const found = issued.get(refreshToken);
    if (found === undefined || found.session.isOver) return undefined;
    if (!habits.rotates) return refreshToken;
    const { spentAtMs } = found;
    if (spentAtMs === undefined || nowMs < spentAtMs + habits.graceMs) {
      found.spentAtMs ??= nowMs;
      return issue(found.session);
    }
    if (habits.endsSession) found.session.isOver = true;
    return undefined;
  };
  const answer = async (request: Request): Promise<Response> => {
    requests.push(request.clone());
    const presented = new URLSearchParams(await request.text()).get('refresh_token') ?? '';
    const refreshToken = refresh(presented);
    if (refreshToken === undefined) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    return Response.json({ access_token: randomUUID(), refresh_token: refreshToken });
  };
  const pause = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  const target = openTarget({
    url: 'https://auth.example.com/token',
    form: 'oauth',
    clientId: 'app',
    clientSecret: undefined,
    clientAuth: 'basic',
    requestIdHeader: undefined,
    resource: undefined,
    fetch: (url, init) => answer(new Request(url, init)),
    pause,
    ...options,
  });
  return { target, requests, pause, signIn: async () => issue({ isOver: false }) };
}
