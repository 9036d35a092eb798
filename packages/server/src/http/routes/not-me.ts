import {
  disownableAnswer,
  disownedAnswer,
  notMeInput,
  notMeQuery,
  toWireDisownable,
} from '../../contract/not-me.ts';
import { disownSignIn, readDisownable } from '../../flows/disown-sign-in.ts';
import { type Route, route } from '../route.ts';
import { anyone } from '../who.ts';

const tag = 'Signing in';

export const notMeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/not-me',
    tag,
    summary: 'See which sign-in a "this was not me" link is about',
    description: 'Changes nothing: mail programs open links by themselves.',
    who: anyone,
    limits: [],
    input: { query: notMeQuery },
    output: { status: 200, body: disownableAnswer },
    refusals: ['invalid_link'],
    async answer(house, { query }) {
      return { body: toWireDisownable(await readDisownable(house, query.token)) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/not-me',
    tag,
    summary: 'Take a sign-in back that was not yours',
    description:
      'Ends every session and token of the account. When the password opened the session, it opens nothing any more until another one is set. The link works once.',
    who: anyone,
    limits: [],
    input: { body: notMeInput },
    output: { status: 200, body: disownedAnswer },
    refusals: ['invalid_link'],
    async answer(house, { body, source }) {
      const { needsNewPassword } = await disownSignIn(house, body.token, source);
      return { body: { needs_new_password: needsNewPassword } };
    },
  }),
];
