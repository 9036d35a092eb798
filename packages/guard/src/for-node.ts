import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Auth } from './auth.ts';
import type { Refusal } from './challenge.ts';
import type { Decision, Gate } from './decide.ts';
import { findAuthorization, findMinSeq } from './read-authorization.ts';

export type NodeHandler = (request: IncomingMessage, response: ServerResponse, auth: Auth) => unknown;
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * A `node:http` listener that calls `handler` only for accepted requests.
 *
 * What the handler returns or throws is passed on untouched.
 */
export function forNode(gate: Gate, handler: NodeHandler): NodeListener {
  return (request, response) => {
    const settle = (decision: Decision): unknown => {
      if (decision.kind === 'accepted') return handler(request, response, decision.auth);
      return sendRefusal(response, decision);
    };
    const decision = gate(findAuthorization(request), findMinSeq(request));
    return decision instanceof Promise ? decision.then(settle) : settle(decision);
  };
}

/** What the guard uses of a Node response. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** Send a refusal. Headers set before, such as those of CORS, stay. */
export function sendRefusal(response: NodeResponse, refusal: Refusal): void {
  // Something else, a time-out perhaps, answered while keys were being fetched.
  if (response.headersSent) return;
  response.statusCode = refusal.status;
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
  response.end(refusal.body);
}
