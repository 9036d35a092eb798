import assert from 'node:assert/strict';
import { changeProfile } from '../../../src/flows/change-profile.ts';
import { findPageSession } from '../../../src/flows/find-page-session.ts';
import { beginApp } from '../../../src/flows/begin-app.ts';
import { appCode, readSecret } from '../../flows/factor-ground.ts';
import { anotherPassword, fromBrowser, password, signInAgain, source } from '../http-ground.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';
import { beginWithMail, signInByTwo } from './second-step-pages.ts';

/** A page that shows itself to whoever is signed in. */
function shows(contains: readonly string[]): Scenario {
  return {
    name: 'shows itself, in a form that no cache keeps',
    call: ({ server, user }) => ({ headers: fromBrowser(server, user).headers }),
    status: 200,
    contains,
    excludes: ['style=', 'onclick', '<script>'],
    headers: {
      'cache-control': /^no-store$/,
      'content-security-policy':
        /^default-src 'none'; style-src 'self'; img-src 'self'; .*form-action 'self'/,
    },
  };
}

/** The same for anybody. */
function showsAnybody(contains: readonly string[]): Scenario {
  return { ...shows(contains), call: ({ server }) => ({ headers: fromBrowser(server, undefined).headers }) };
}

const leadsToSignIn: Scenario = {
  name: 'leads whoever is not signed in to the sign-in',
  call: () => ({}),
  status: 303,
  headers: { location: /^\/sign-in\?return_to=%2F/ },
};

function expired(fields: Readonly<Record<string, string>>, isSignedIn = true): Scenario {
  return {
    name: 'A-341, A-253: a form of another browser, or of before the sign-in, is refused',
    call({ server, user }) {
      const { form } = fromBrowser(server, undefined, fields);
      const { headers } = fromBrowser(server, user);
      return isSignedIn
        ? { form, headers }
        : { form: fields, headers: fromBrowser(server, undefined).headers };
    },
    status: 403,
    contains: ['data-code="form_expired"'],
  };
}

function sends(fields: Readonly<Record<string, string>>): (cast: Cast) => ReturnType<typeof fromBrowser> {
  return ({ server, user }) => fromBrowser(server, user, fields);
}

const evil = '"><img src=x onerror=alert(1)>';

export const pageScenarios: Scenarios = {
  'GET /sign-in': [
    showsAnybody(['<h1>Sign in</h1>', 'autocomplete="username webauthn"', 'autocomplete="current-password"']),
    {
      name: 'speaks German to who asks for it',
      call: () => ({ headers: { 'accept-language': 'de-CH, en;q=0.5' } }),
      status: 200,
      contains: ['<html lang="de">', '<h1>Anmelden</h1>'],
    },
    {
      name: 'leads on whoever is signed in already',
      call: ({ server, user }) => ({ headers: fromBrowser(server, user).headers }),
      status: 303,
      headers: { location: /^\/account$/ },
    },
  ],
  'POST /sign-in': [
    {
      name: 'A-251, A-254, A-350: signs in, with cookies out of reach of scripts',
      call: ({ server, user }) => fromBrowser(server, undefined, { identifier: user.email, password }),
      status: 303,
      headers: {
        location: /^\/account$/,
        'set-cookie':
          /cs_session=[\w-]{65}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax, cs_refresh=cs_rt_.* HttpOnly; SameSite=Strict, cs_flow=/,
      },
      audit: ['log-in.succeeded'],
    },
    {
      name: 'leads to where a code is asked for, when codes come by mail',
      call: async (cast) => {
        await beginWithMail(cast);
        return fromBrowser(cast.server, undefined, { identifier: cast.user.email, password });
      },
      status: 303,
      headers: { location: /^\/sign-in\/send-code\?factor=email$/ },
      audit: ['log-in.second-factor-asked'],
    },
    {
      name: 'shows again what was typed, but no password',
      call: ({ server, user }) =>
        fromBrowser(server, undefined, { identifier: user.email, password: 'not my password' }),
      status: 401,
      contains: ['data-code="invalid_credentials"', 'value="person-', '<title>Error: Sign in'],
      excludes: ['not my password'],
      audit: ['log-in.failed'],
    },
    {
      name: 'A-377: what was typed is shown as text',
      call: ({ server }) => fromBrowser(server, undefined, { identifier: evil, password }),
      status: 401,
      contains: ['value="&quot;&gt;&lt;img src=x'],
      excludes: ['<img src=x'],
      audit: ['log-in.failed'],
    },
    {
      name: 'a field that is left empty is named',
      call: ({ server }) => fromBrowser(server, undefined, { identifier: 'a' }),
      status: 400,
      contains: ['id="password-fault"', 'aria-describedby="password-fault"', 'href="#password"'],
    },
    expired({ identifier: 'a', password }, false),
  ],
  'GET /sign-out': [
    shows(['Sign out?']),
    {
      name: 'A-262: a link from elsewhere signs nobody out',
      call: ({ server, user }) => ({ headers: fromBrowser(server, user).headers }),
      status: 200,
      audit: [],
    },
  ],
  'POST /sign-out': [
    {
      name: 'A-254: ends the session and its cookies',
      call: sends({}),
      status: 303,
      headers: {
        location: /^\/signed-out$/,
        'set-cookie': /cs_session=; Max-Age=0; .*cs_refresh=; .*cs_flow=; /,
      },
      audit: ['session.ended'],
    },
    expired({}),
  ],
  'GET /signed-out': [showsAnybody(['You are signed out'])],
  'GET /account': [
    shows(['<h1>Profile</h1>', 'name="username"', 'aria-current="page"']),
    leadsToSignIn,
    {
      name: 'what was just done is said; what is none is not',
      call: ({ server, user }) => ({
        path: '/account?done=profile',
        headers: fromBrowser(server, user).headers,
      }),
      status: 200,
      contains: ['Your profile is saved.'],
    },
  ],
  'POST /account': [
    {
      name: 'saves name and user name',
      call: sends({ name: 'Alice Example', username: 'alice-of-pages' }),
      status: 303,
      headers: { location: /^\/account\?done=profile$/ },
      audit: ['account.changed'],
    },
    {
      name: 'a user name that is taken is refused beside its field',
      call: async ({ server, user, admin }) => {
        const { caller } = (await findPageSession(server.house, admin.sessionId)) ?? assert.fail();
        await changeProfile(server.house, { caller, username: 'taken-name' }, source);
        return fromBrowser(server, user, { username: 'Taken-Name' });
      },
      status: 409,
      contains: ['id="username-fault"', 'value="Taken-Name"'],
    },
    expired({}),
  ],
  'GET /account/security': [shows(['href="/account/password"']), leadsToSignIn],
  'GET /account/sessions': [shows(['this one', '192.0.2.7']), leadsToSignIn],
  'POST /account/sessions': [
    {
      name: 'signs another device out',
      call: async ({ server, user }) => {
        const other = await signInAgain(server, user.email);
        return fromBrowser(server, user, { session_id: other.sessionId });
      },
      status: 303,
      headers: { location: /^\/account\/sessions\?done=session$/ },
      audit: ['session.ended'],
    },
    {
      name: 'A-239: a session of somebody else stays as it is',
      call: ({ server, user, admin }) => fromBrowser(server, user, { session_id: admin.sessionId }),
      status: 303,
      audit: [],
    },
    expired({ session_id: 'A'.repeat(22) }),
  ],
  'GET /.well-known/change-password': [
    {
      name: 'leads where the password is changed',
      call: () => ({}),
      status: 303,
      headers: { location: /^\/account\/password$/ },
    },
  ],
  'GET /sign-in/again': [shows(['Is it you?']), leadsToSignIn],
  'POST /sign-in/again': [
    {
      name: 'opens a new session in place of the old one',
      call: sends({ password }),
      status: 303,
      headers: { location: /^\/account$/, 'set-cookie': /cs_session=[\w-]{65}; / },
      audit: ['log-in.succeeded', 'session.ended'],
    },
    {
      name: 'a wrong password is refused',
      call: sends({ password: 'a wrong password' }),
      status: 401,
      contains: ['data-code="invalid_credentials"'],
      audit: ['log-in.failed'],
    },
    expired({ password }),
  ],
  'GET /account/app': [shows(['Authenticator app', 'Set it up']), leadsToSignIn],
  'POST /account/app': [
    {
      name: 'shows the secret once, as a picture and as a text',
      call: sends({}),
      status: 200,
      contains: ['<svg', 'class="key"', 'action="/account/app/confirm"'],
      audit: ['factor.begun'],
    },
    {
      name: 'A-198: leads whoever signed in long ago to show once more that it is he',
      call: ({ server, user }) => {
        server.clock.advanceMs(600_000);
        return fromBrowser(server, user);
      },
      status: 303,
      headers: { location: /^\/sign-in\/again\?return_to=%2Faccount%2Fapp$/ },
    },
    expired({}),
  ],
  'GET /account/app/confirm': [shows(['inputmode="numeric"']), leadsToSignIn],
  'POST /account/app/confirm': [
    {
      name: 'the first factor comes with recovery codes, shown once',
      call: async ({ server, user }) => {
        const { caller } = (await findPageSession(server.house, user.sessionId)) ?? assert.fail();
        const secret = readSecret(await beginApp(server.house, caller, source));
        return fromBrowser(server, user, { code: appCode(secret, server.clock.now()) });
      },
      status: 200,
      contains: ['<ul class="codes">', 'Keep these codes'],
      audit: ['factor.added'],
    },
    {
      name: 'where nothing waits for a code, none is taken',
      call: sends({ code: '123456' }),
      status: 401,
      contains: ['data-code="challenge_expired"'],
      excludes: ['123456'],
    },
    expired({ code: '123456' }),
  ],
  'GET /account/factors/remove': [
    {
      ...shows(['Remove your authenticator app?']),
      call: ({ server, user }) => ({
        path: '/account/factors/remove?kind=totp',
        headers: fromBrowser(server, user).headers,
      }),
    },
    leadsToSignIn,
  ],
  'POST /account/factors/remove': [
    {
      name: 'removes it',
      call: async (cast) => fromBrowser(cast.server, await signInByTwo(cast), { kind: 'totp' }),
      status: 303,
      headers: { location: /done=removed$/ },
      audit: ['factor.removed'],
    },
    expired({ kind: 'totp' }),
  ],
  'GET /account/recovery-codes': [shows(['You have no recovery codes']), leadsToSignIn],
  'POST /account/recovery-codes': [
    {
      name: 'makes new ones, shown once',
      call: async (cast) => fromBrowser(cast.server, await signInByTwo(cast)),
      status: 200,
      contains: ['<ul class="codes">'],
      audit: ['recovery-codes.made'],
    },
    {
      name: 'stand in for nothing where there is no other factor',
      call: sends({}),
      status: 403,
      contains: ['data-code="second_factor_unavailable"'],
    },
    expired({}),
  ],
  'GET /account/password': [shows(['autocomplete="new-password"']), leadsToSignIn],
  'POST /account/password': [
    {
      name: 'changes it and goes on with a new session',
      call: sends({ current_password: password, new_password: anotherPassword }),
      status: 303,
      headers: { location: /^\/account\/security\?done=password$/, 'set-cookie': /cs_session=/ },
      audit: ['password.changed', 'log-in.succeeded'],
    },
    {
      name: 'a wrong one is refused beside its field, and no password is given back',
      call: sends({ current_password: 'a wrong password', new_password: anotherPassword }),
      status: 401,
      contains: ['id="current_password-fault"'],
      excludes: ['a wrong password', anotherPassword],
      audit: ['account.proof-failed'],
    },
    {
      name: 'a weak one is refused beside its field',
      call: sends({ current_password: password, new_password: 'short' }),
      status: 400,
      contains: ['id="new_password-fault"', 'data-code="password_too_short"'],
    },
    expired({ current_password: password, new_password: anotherPassword }),
  ],
};
