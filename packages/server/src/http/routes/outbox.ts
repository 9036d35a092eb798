import { z } from 'zod';
import type { House } from '../../base/house.ts';
import type { OutgoingMessage } from '../../base/messages.ts';
import { Refusal } from '../../base/refusal.ts';
import { textAnswer } from '../../contract/metadata.ts';
import { idText } from '../../contract/text.ts';
import { drawOutbox } from '../../pages/outbox.ts';
import { type Route, route } from '../route.ts';
import { anyone } from '../who.ts';

const tag = 'Reference';
const mediaType = 'text/html; charset=utf-8';
const description = 'In development alone, while no mail server is set; otherwise the address is unknown.';

/** What development shows instead of sending it. */
export const outboxRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/outbox',
    tag,
    summary: 'Messages that would have been sent',
    description,
    who: anyone,
    limits: [],
    output: { status: 200, body: textAnswer, mediaType },
    refusals: ['not_found'],
    answer(house) {
      const messages = readShown(house).map((message) => ({
        ...message,
        hasHtml: message.html !== undefined,
      }));
      return { body: drawOutbox({ messages, issuer: house.policy.issuer }) };
    },
  }),
  route({
    method: 'GET',
    path: '/outbox/{id}',
    tag,
    summary: 'One of these messages as HTML',
    description,
    who: anyone,
    limits: [],
    input: { params: z.strictObject({ id: idText }) },
    output: {
      status: 200,
      body: textAnswer,
      mediaType,
      // As a mail program shows it: its own style sheet, no script, no form, no origin.
      headers: {
        'Content-Security-Policy':
          "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      },
    },
    refusals: ['not_found'],
    answer(house, { params }) {
      const found = readShown(house).find(({ id }) => id === params.id);
      if (found?.html === undefined) throw new Refusal('not_found', { reason: 'no such message' });
      return { body: found.html };
    },
  }),
];

/** @throws Refusal `not_found` where messages are sent, or nothing is */
function readShown({ messages }: House): readonly OutgoingMessage[] {
  if (messages.shown === undefined) throw new Refusal('not_found', { reason: 'messages are not shown' });
  return messages.shown;
}
