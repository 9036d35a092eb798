import type { Auth } from './auth.ts';
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

export type FastifyHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void;

/**
 * Fastify hook, best as `onRequest`: the body of a refused request is then never read.
 *
 * Sets `request.auth` and goes on, or answers the refusal itself.
 */
export function forFastify(gate: Gate): FastifyHook {
  return (request, reply, done) => {
    const settle = (decision: Decision): void => {
      if (decision.kind === 'accepted') {
        request.auth = decision.auth;
        return done();
      }
      reply.statusCode = decision.status;
      for (const [name, value] of Object.entries(decision.headers)) reply.header(name, value);
      // Fastify adds a charset to strings, and problem+json has no such parameter (RFC 9457 §6.1).
      Reflect.apply(reply.send, reply, [Buffer.from(decision.body)]);
    };
    const decision = gate(findAuthorization(request.raw), findMinSeq(request.raw));
    if (decision instanceof Promise) decision.then(settle, done);
    else settle(decision);
  };
}
