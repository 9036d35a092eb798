import assert from 'node:assert/strict';
import { changeProfile } from '../../../src/flows/change-profile.ts';
import { findPageSession } from '../../../src/flows/find-page-session.ts';
import { anotherPassword, fromBrowser, password, signInAgain, source } from '../http-ground.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';

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
