import type { Decision, Gate } from './decide.ts';
import { findAuthorization, findMinSeq, type NodeRequest } from './read-authorization.ts';

export interface KoaContext {
  readonly req: NodeRequest;
  readonly state: object;
  status: number;
  body: unknown;
  set(fields: { [name: string]: string }): void;
}

export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown>;

/** Koa middleware: sets `ctx.state.auth` and goes on, or answers the refusal itself. */
export function forKoa(gate: Gate): KoaMiddleware {
  return (context, next) => {
    const settle = (decision: Decision): Promise<unknown> => {
      if (decision.kind === 'accepted') {
        Object.assign(context.state, { auth: decision.auth });
        return next();
      }
      context.status = decision.status;
      context.set({ ...decision.headers });
      context.body = decision.body;
      return Promise.resolve();
    };
    const decision = gate(findAuthorization(context.req), findMinSeq(context.req));
    return decision instanceof Promise ? decision.then(settle) : settle(decision);
  };
}
