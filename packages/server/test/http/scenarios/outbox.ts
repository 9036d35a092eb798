import { unknownId } from '../http-ground.ts';
import { resetFor, send } from '../../mail/mail-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';

async function shownId({ server }: Cast): Promise<string> {
  await send(server.house, resetFor(`${server.clock.now()}@example.com`, '/reset-password?code=<b>&x="'));
  return server.house.messages.shown?.[0]?.id ?? '';
}

export const outboxScenarios: Scenarios = {
  'GET /outbox': [
    {
      name: 'shows what would have been sent, with a link to follow, and no script',
      call: async (cast) => {
        await shownId(cast);
        return {};
      },
      status: 200,
      contains: [
        'Choose a new password for localhost:4000',
        '<a href="http://localhost:4000/reset-password?code=%3Cb%3E&amp;x=%22">',
      ],
      excludes: ['<script', 'style=', '<b>'],
      headers: { 'cache-control': /^no-store$/, 'content-type': /^text\/html/ },
    },
  ],
  'GET /outbox/{id}': [
    {
      name: 'shows one as a mail program does, in a sandbox without scripts',
      call: async (cast) => ({ path: `/outbox/${await shownId(cast)}` }),
      status: 200,
      contains: ['<style>', 'href="http://localhost:4000/reset-password?code=%3Cb%3E&amp;x=%22"'],
      excludes: ['<script', '<b>'],
      headers: {
        'content-security-policy': /^sandbox (?!.*allow-(scripts|same-origin|forms)).*default-src 'none'/,
      },
    },
    {
      name: 'one that is not there is unknown',
      call: () => ({ path: `/outbox/${unknownId}` }),
      status: 404,
      code: 'not_found',
    },
  ],
};
