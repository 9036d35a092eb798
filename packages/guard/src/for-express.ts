import type { Auth } from './auth.ts';
import type { Decision, Gate } from './decide.ts';
import { type NodeResponse, sendRefusal } from './for-node.ts';
import { findAuthorization, findMinSeq, type NodeRequest } from './read-authorization.ts';

declare global {
  // Merges with the namespace that Express's own types leave open; without Express it is empty talk.
  namespace Express {
    interface Request {
      /** Set by `guard.express()`; on routes that it does not stand before, there is nothing here. */
      auth: Auth;
    }
  }
}

export interface ExpressRequest extends NodeRequest {
  auth?: Auth;
}

export type ExpressMiddleware = (
  request: ExpressRequest,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => void;

/** Express middleware: sets `req.auth` and goes on, or answers the refusal itself. */
export function forExpress(gate: Gate): ExpressMiddleware {
  return (request, response, next) => {
    const settle = (decision: Decision): void => {
      if (decision.kind === 'refused') return sendRefusal(response, decision);
      request.auth = decision.auth;
      next();
    };
    const decision = gate(findAuthorization(request), findMinSeq(request));
    if (decision instanceof Promise) decision.then(settle, next);
    else settle(decision);
  };
}
