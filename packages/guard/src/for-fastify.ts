import type { Auth } from './auth.ts';
import type { Refusal } from './challenge.ts';
import type { Decision, Gate } from './decide.ts';
import { findAuthorization, findMinSeq, type NodeRequest } from './read-authorization.ts';

export interface FastifyRequest {
  readonly raw: NodeRequest;
  auth?: Auth;
}

export interface FastifyReply {
  statusCode: number;
  header(name: string, value: string): unknown;
  /** A typed route narrows this to the bodies of its own answers, so nothing can be said of them here. */
  send(body: never): unknown;
}

type FastifyDone = (error?: Error) => void;

export type FastifyHook = (request: FastifyRequest, reply: FastifyReply, done: FastifyDone) => void;

/**
 * Fastify hook, best as `onRequest`: the body of a refused request is then never read.
 *
 * Sets `request.auth` and goes on, or answers the refusal itself.
 */
export function forFastify(gate: Gate): FastifyHook {
  return (request, reply, done) => {
    const decision = gate(findAuthorization(request.raw), findMinSeq(request.raw));
    // What is decided at once, as nearly always, needs no closure.
    if (decision instanceof Promise) settleLater(decision, { request, reply, done });
    else if (decision.kind === 'refused') refuse(reply, decision);
    else accept(request, decision.auth, done);
  };
}

function accept(request: FastifyRequest, auth: Auth, done: FastifyDone): void {
  request.auth = auth;
  done();
}

interface Visit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly done: FastifyDone;
}

function settleLater(pending: Promise<Decision>, { request, reply, done }: Visit): void {
  const settle = (decision: Decision): void =>
    decision.kind === 'refused' ? refuse(reply, decision) : accept(request, decision.auth, done);
  pending.then(settle, done);
}

function refuse(reply: FastifyReply, refusal: Refusal): void {
  reply.statusCode = refusal.status;
  for (const [name, value] of Object.entries(refusal.headers)) reply.header(name, value);
  // Fastify adds a charset to strings, and problem+json has no such parameter (RFC 9457 §6.1).
  Reflect.apply(reply.send, reply, [Buffer.from(refusal.body)]);
}
