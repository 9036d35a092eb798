import {
  languageHeaders,
  registerAnswer,
  registerInput,
  toWireUser,
  type WireRegistration,
} from '../../contract/user.ts';
import {
  logInInput,
  logOutInput,
  nothingInput,
  refreshHeaders,
  refreshInput,
  signedInAnswer,
  signInAnswer,
  toWireSecondFactor,
  toWireSignedIn,
  type TokenStorage,
  type WireSecondFactor,
  type WireSignedIn,
} from '../../contract/sign-in.ts';
import { Refusal } from '../../base/refusal.ts';
import type { SignInOutcome } from '../../flows/continue-sign-in.ts';
import { logIn } from '../../flows/log-in.ts';
import { logOut } from '../../flows/log-out.ts';
import { logOutEverywhere } from '../../flows/log-out-everywhere.ts';
import { refresh } from '../../flows/refresh.ts';
import { register, type RegistrationOutcome } from '../../flows/register.ts';
import type { SignedIn } from '../../flows/signed-in.ts';
import { type CookieAccess, type CookieChange, type Route, type RouteAnswer, route } from '../route.ts';
import { anyone, signedIn, signedInOrRefreshing } from '../who.ts';

const tag = 'Signing in';

export const signInRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/register',
    tag,
    summary: 'Open an account',
    description:
      'Does not sign in. The account gets the default role; with an invitation its roles, and its address is proven by it, in every mode of registration. Where the address must be proven first, the answer is 202 for every address; the account comes into being with the mailed link and the password.',
    who: anyone,
    limits: ['register by source', 'link by source'],
    input: { headers: languageHeaders, body: registerInput },
    output: { status: 201, otherStatus: 202, body: registerAnswer },
    refusals: [
      'registration_closed',
      'invalid_link',
      'email_taken',
      'username_taken',
      'password_too_short',
      'password_too_long',
      'password_too_common',
      'password_breached',
      'overloaded',
    ],
    async answer(house, { body, headers, source }) {
      const input = { ...body, language: headers['accept-language'] };
      return answerRegistration(await register(house, input, source));
    },
  }),
  route({
    method: 'POST',
    path: '/v1/login',
    tag,
    summary: 'Sign in with a password',
    description:
      'The answer is the same for an unknown account, a disabled one and a wrong password. Where the account has a second factor, the answer asks for it and opens no session. A refresh token that is presented along, in the body or in the cookie, loses its session.',
    who: anyone,
    limits: ['log-in by source'],
    input: { body: logInInput },
    output: { status: 200, body: signInAnswer },
    refusals: [
      'invalid_credentials',
      'second_factor_unavailable',
      'foreign_origin',
      'password_too_long',
      'overloaded',
    ],
    async answer(house, { body, cookie, source }) {
      const storage = body.storage ?? 'body';
      // A page elsewhere must not put its visitor into an account of its choice.
      if (storage === 'cookie') cookie.checkSameOrigin();
      const presented = body.refresh_token ?? (storage === 'cookie' ? cookie.read('refresh') : undefined);
      const { identifier, password } = body;
      const asksForTwo = body.acr === 'aal2';
      const deviceToken = body.device_token ?? (storage === 'cookie' ? cookie.read('device') : undefined);
      return answerSignIn(
        await logIn(
          house,
          { identifier, password, presentedRefreshToken: presented, asksForTwo, deviceToken },
          source,
        ),
        storage,
      );
    },
  }),
  route({
    method: 'POST',
    path: '/v1/refresh',
    tag,
    summary: 'Exchange a refresh token for a new pair',
    description:
      'The token comes in the body, or in the cookie, and the new one goes the same way. A call with the cookie must come from the same origin. Repeat a call whose answer was lost with the same `Idempotency-Key`.',
    who: anyone,
    limits: ['refresh by source', 'refresh by session'],
    input: { headers: refreshHeaders, body: refreshInput, isBodyOptional: true },
    output: { status: 200, body: signedInAnswer },
    refusals: ['invalid_grant', 'foreign_origin', 'overloaded'],
    async answer(house, { body, headers, cookie, source }) {
      const storage = body.refresh_token === undefined ? 'cookie' : 'body';
      const refreshToken = body.refresh_token ?? cookie.read('refresh');
      if (refreshToken === undefined) throw new Refusal('invalid_grant', { reason: 'no refresh token' });
      const requestId = headers['idempotency-key'];
      return answerSignedIn(await refresh(house, { refreshToken, requestId }, source), storage);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/logout',
    tag,
    summary: 'End the session',
    description:
      'Names the session by access token, or by refresh token in the body or in the cookie. The tokens of the session are dead at once here; other services refuse the access token once they learn of it.',
    who: signedInOrRefreshing,
    limits: [],
    input: { body: logOutInput, isBodyOptional: true },
    output: { status: 204 },
    refusals: ['foreign_origin'],
    async answer(house, { caller: asker, body, cookie, source }) {
      const refreshToken = body.refresh_token ?? cookie.read('refresh');
      if (asker.kind === 'refused' && refreshToken === undefined && !cookie.has('refresh'))
        throw asker.refusal;
      const caller = asker.kind === 'caller' ? asker.caller : undefined;
      await logOut(house, { caller, refreshToken }, source);
      return { body: undefined, cookies: dropCookie(cookie) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/logout/all',
    tag,
    summary: 'End every session of yours',
    who: signedIn,
    limits: [],
    input: { body: nothingInput, isBodyOptional: true },
    output: { status: 204 },
    refusals: [],
    async answer(house, { caller, cookie, source }) {
      await logOutEverywhere(house, caller, source);
      return { body: undefined, cookies: dropCookie(cookie) };
    },
  }),
];

function answerRegistration(outcome: RegistrationOutcome): RouteAnswer<WireRegistration> {
  return outcome.kind === 'registered'
    ? { body: { user: toWireUser(outcome.user) } }
    : { body: { status: 'verification_required' }, status: 202 };
}

/** What came of a proof: tokens, or the question for one more. */
export function answerSignIn(
  outcome: SignInOutcome,
  storage: TokenStorage,
): RouteAnswer<WireSignedIn | WireSecondFactor> {
  return outcome.kind === 'signed-in'
    ? answerSignedIn(outcome, storage)
    : { body: toWireSecondFactor(outcome) };
}

/** Tokens as the client asked for them. */
export function answerSignedIn(tokens: SignedIn, storage: TokenStorage): RouteAnswer<WireSignedIn> {
  return {
    body: toWireSignedIn(tokens, storage),
    cookies: storage === 'cookie' ? [refreshCookieOf(tokens)] : [],
  };
}

function refreshCookieOf({ refreshToken, refreshExpiresInSeconds }: SignedIn): CookieChange {
  return { kind: 'set', cookie: 'refresh', value: refreshToken, maxAgeSeconds: refreshExpiresInSeconds };
}

/** Only acts that end the session delete the cookie; a refused refresh never does. */
export function dropCookie(cookie: CookieAccess): readonly CookieChange[] {
  return cookie.has('refresh') ? [{ kind: 'delete', cookie: 'refresh' }] : [];
}
