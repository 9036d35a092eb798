import type { Auth } from './auth.ts';
import type { Refusal } from './challenge.ts';
import type { Decision, Gate } from './decide.ts';
import { minSeqHeader } from './read-min-seq.ts';

type Answer = Response | Promise<Response>;

/** `Rest` is whatever the runtime passes after the request: bindings, route parameters, a context. */
export type FetchHandler<Rest extends readonly unknown[]> = (
  request: Request,
  auth: Auth,
  ...rest: Rest
) => Answer;
export type FetchListener<Rest extends readonly unknown[]> = (request: Request, ...rest: Rest) => Answer;

/** A Fetch handler that calls `handler` only for accepted requests. */
export function forFetch<Rest extends readonly unknown[]>(
  gate: Gate,
  handler: FetchHandler<Rest>,
): FetchListener<Rest> {
  return (request, ...rest) => {
    const settle = (decision: Decision): Answer => {
      if (decision.kind === 'refused') return toResponse(decision);
      return handler(request, decision.auth, ...rest);
    };
    const decision = gate(request.headers.get('authorization'), request.headers.get(minSeqHeader));
    return decision instanceof Promise ? decision.then(settle) : settle(decision);
  };
}

export function toResponse(refusal: Refusal): Response {
  return new Response(refusal.body, { status: refusal.status, headers: refusal.headers });
}
