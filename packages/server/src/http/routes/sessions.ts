import { sessionParams, sessionsAnswer, toWireSession } from '../../contract/session.ts';
import { endSession } from '../../flows/end-session.ts';
import { listSessions } from '../../flows/list-sessions.ts';
import { type Route, route } from '../route.ts';
import { signedIn } from '../who.ts';

const tag = 'Your sessions';

export const sessionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/me/sessions',
    tag,
    summary: 'List the devices on which you are signed in',
    who: signedIn,
    limits: [],
    output: { status: 200, body: sessionsAnswer },
    refusals: [],
    async answer(house, { caller }) {
      return { body: { sessions: (await listSessions(house, caller)).map(toWireSession) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/me/sessions/{id}',
    tag,
    summary: 'Sign one of your devices out',
    who: signedIn,
    limits: [],
    input: { params: sessionParams },
    output: { status: 204 },
    refusals: ['not_found'],
    async answer(house, { caller, params, source }) {
      await endSession(house, { caller, sessionId: params.id }, source);
      return { body: undefined };
    },
  }),
];
