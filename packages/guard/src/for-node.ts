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
    const decision = gate(findAuthorization(request), findMinSeq(request));
    if (decision instanceof Promise) return settleLater(decision, { request, response, handler });
    if (decision.kind === 'refused') return sendRefusal(response, decision);
    return handler(request, response, decision.auth);
  };
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly handler: NodeHandler;
}

/** Apart from the listener, so that what is decided at once needs no closure. */
function settleLater(pending: Promise<Decision>, { request, response, handler }: Visit): Promise<unknown> {
  return pending.then((decision) =>
    decision.kind === 'refused' ? sendRefusal(response, decision) : handler(request, response, decision.auth),
  );
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
