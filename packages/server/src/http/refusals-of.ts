import type { RefusalCode } from '../base/refusals.ts';
import type { Route } from './route.ts';

/** Every code that a route can refuse with: its own, and those that its row implies. */
export function refusalsOf(route: Route): readonly RefusalCode[] {
  const { input, who } = route;
  const codes = new Set<RefusalCode>(route.refusals);
  if (input.params !== undefined) codes.add('not_found');
  if (takesInput(route)) codes.add('invalid_request');
  if (input.body !== undefined) for (const code of bodyRefusals) codes.add(code);
  if (who.kind !== 'anyone' && who.kind !== 'client') for (const code of tokenRefusals) codes.add(code);
  if (who.kind === 'permission') codes.add('insufficient_user_authentication');
  if (who.kind === 'permission' || who.kind === 'machine') codes.add('insufficient_scope');
  for (const code of alwaysPossible) codes.add(code);
  return [...codes];
}

const bodyRefusals = ['body_too_large', 'unsupported_media_type'] as const;
const tokenRefusals = ['token_missing', 'invalid_token'] as const;
const alwaysPossible = ['too_many_requests', 'server_error', 'unavailable'] as const;

/** Addresses of the API take no parameters that they do not know; pages ignore them. */
export function takesInput(route: Route): boolean {
  const isApi = ['/v1/', '/oauth2/', '/revocations/'].some((start) => route.path.startsWith(start));
  return isApi || Object.values(route.input).some((part) => typeof part === 'object');
}
