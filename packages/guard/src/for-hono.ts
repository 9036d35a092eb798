import type { Auth } from './auth.ts';
import type { Decision, Gate } from './decide.ts';
import { toResponse } from './for-fetch.ts';
import { minSeqHeader } from './read-min-seq.ts';

export interface HonoContext {
  readonly req: { header(name: string): string | undefined };
  set(key: 'auth', value: Auth): void;
}

export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | void>;

/** Hono middleware: sets `c.var.auth` and goes on, or answers the refusal itself. */
export function forHono(gate: Gate): HonoMiddleware {
  return (context, next) => {
    const settle = (decision: Decision): Promise<Response | void> => {
      if (decision.kind === 'refused') return Promise.resolve(toResponse(decision));
      context.set('auth', decision.auth);
      return next();
    };
    const decision = gate(context.req.header('authorization'), context.req.header(minSeqHeader));
    return decision instanceof Promise ? decision.then(settle) : settle(decision);
  };
}
