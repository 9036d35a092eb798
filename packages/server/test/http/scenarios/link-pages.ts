import { askForReset } from '../../../src/flows/ask-for-reset.ts';
import { anotherPassword, fromBrowser, source } from '../http-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';
import { disownable } from './sign-in.ts';

/** @returns what a mailed link of the user holds */
async function resetTokenOf({ server, user }: Cast): Promise<string> {
  askForReset(server.house, user.email, source);
  await server.house.afterwards.settled();
  await server.house.messages.settled();
  const [message] = server.house.messages.shown ?? [];
  return /token=([\w-]{22})/.exec(message?.text ?? '')?.[1] ?? '';
}

export const linkPageScenarios: Scenarios = {
  'GET /not-me': [
    {
      name: 'A-147: shows what the link is for, and changes nothing',
      call: async (cast) => ({ path: `/not-me?token=${await disownable(cast)}` }),
      status: 200,
      contains: ['sign everybody out', 'name="token"'],
      audit: [],
    },
    {
      name: 'a link that is none',
      call: () => ({ path: '/not-me?token=x' }),
      status: 400,
      contains: ['data-code="invalid_link"'],
    },
  ],
  'POST /not-me': [
    {
      name: 'signs everybody out',
      call: async (cast) => fromBrowser(cast.server, undefined, { token: await disownable(cast) }),
      status: 200,
      contains: ['Everybody is signed out', 'href="/forgot-password"'],
      audit: ['log-in.disowned'],
    },
    {
      name: 'a link that is none',
      call: ({ server }) => fromBrowser(server, undefined, { token: 'x' }),
      status: 400,
      contains: ['data-code="invalid_link"'],
    },
  ],
  'GET /forgot-password': [
    {
      name: 'shows its form',
      call: () => ({}),
      status: 200,
      contains: ['Forgot your password?', 'name="identifier"'],
    },
  ],
  'POST /forgot-password': [
    {
      name: 'A-110: says the same whether or not there is an account',
      call: ({ server }) => fromBrowser(server, undefined, { identifier: 'nobody@example.com' }),
      status: 200,
      contains: ['If there is an account of this name'],
    },
    {
      name: 'A-341: a form that no page of ours made is refused',
      call: ({ server }) => ({
        form: { identifier: 'nobody@example.com' },
        headers: fromBrowser(server, undefined).headers,
      }),
      status: 403,
      contains: ['data-code="form_expired"'],
    },
  ],
  'GET /reset-password': [
    {
      name: 'A-147: shows a form and spends nothing',
      call: async (cast) => ({ path: `/reset-password?token=${await resetTokenOf(cast)}` }),
      status: 200,
      contains: ['autocomplete="new-password"', 'name="token"'],
      audit: [],
    },
    {
      name: 'a link that is none',
      call: () => ({ path: '/reset-password?token=x' }),
      status: 400,
      contains: ['data-code="invalid_link"'],
    },
  ],
  'POST /reset-password': [
    {
      name: 'sets the password and signs nobody in',
      call: async (cast) =>
        fromBrowser(cast.server, undefined, { token: await resetTokenOf(cast), password: anotherPassword }),
      status: 303,
      headers: { location: /^\/sign-in\?notice=reset$/ },
      audit: ['password.reset'],
    },
    {
      name: 'a weak password leaves the link and the form',
      call: async (cast) =>
        fromBrowser(cast.server, undefined, { token: await resetTokenOf(cast), password: 'short' }),
      status: 400,
      contains: ['id="password-fault"', 'name="token"'],
    },
  ],
};
