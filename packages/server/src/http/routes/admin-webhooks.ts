import { pageAnswer, pageQuery, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import {
  changeWebhookInput,
  createWebhookInput,
  toWireWebhook,
  webhookAnswer,
  webhookObject,
  webhookParams,
  webhookTestAnswer,
  webhookWithSecretAnswer,
} from '../../contract/admin/webhooks.ts';
import { changeWebhook } from '../../flows/admin/change-webhook.ts';
import { createWebhook } from '../../flows/admin/create-webhook.ts';
import { deleteWebhook } from '../../flows/admin/delete-webhook.ts';
import { listWebhooks } from '../../flows/admin/list-webhooks.ts';
import { testWebhook } from '../../flows/admin/test-webhook.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

const tag = 'Administration: webhooks';

export const adminWebhookRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/admin/webhooks',
    tag,
    summary: 'List endpoints that are told of revocations, newest first',
    who: may('webhooks:read'),
    limits: [],
    input: { query: pageQuery },
    output: { status: 200, body: pageAnswer(webhookObject) },
    refusals: [],
    async answer(house, { query }) {
      return { body: toWirePage(await listWebhooks(house, readPageQuery(query)), toWireWebhook) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/webhooks',
    tag,
    summary: 'Register an endpoint',
    description: 'The secret is in this answer and nowhere else.',
    who: may('webhooks:write'),
    limits: [],
    input: { body: createWebhookInput },
    output: { status: 201, body: webhookWithSecretAnswer },
    refusals: [],
    async answer(house, { caller, body, source }) {
      const { webhook, secret } = await createWebhook(house, { ...body, actor: actorOf(caller) }, source);
      return { body: { webhook: toWireWebhook(webhook), secret } };
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/admin/webhooks/{id}',
    tag,
    summary: 'Disable an endpoint, or enable it again',
    who: may('webhooks:write'),
    limits: [],
    input: { params: webhookParams, body: changeWebhookInput },
    output: { status: 200, body: webhookAnswer },
    refusals: ['not_found'],
    async answer(house, { caller, params, body, source }) {
      const change = { actor: actorOf(caller), webhookId: params.id, disabled: body.disabled };
      return { body: { webhook: toWireWebhook(await changeWebhook(house, change, source)) } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/webhooks/{id}/test',
    tag,
    summary: 'Send an endpoint an event of type `webhook.test`, now',
    who: may('webhooks:write'),
    limits: [],
    input: { params: webhookParams },
    output: { status: 200, body: webhookTestAnswer },
    refusals: ['not_found'],
    async answer(house, { params }) {
      return { body: await testWebhook(house, params.id) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/webhooks/{id}',
    tag,
    summary: 'Remove an endpoint',
    who: may('webhooks:write'),
    limits: [],
    input: { params: webhookParams },
    output: { status: 204 },
    refusals: ['not_found'],
    async answer(house, { caller, params, source }) {
      await deleteWebhook(house, { actor: actorOf(caller), webhookId: params.id }, source);
      return { body: undefined };
    },
  }),
];
