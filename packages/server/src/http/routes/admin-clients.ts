import {
  changeClientInput,
  clientAnswer,
  clientObject,
  clientParams,
  clientWithSecretAnswer,
  createClientInput,
  toWireClient,
  toWireClientWithSecret,
} from '../../contract/admin/clients.ts';
import { pageAnswer, pageQuery, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import { changeClient } from '../../flows/admin/change-client.ts';
import { createClient } from '../../flows/admin/create-client.ts';
import { deleteClient } from '../../flows/admin/delete-client.ts';
import { listClients } from '../../flows/admin/list-clients.ts';
import { rotateClientSecret } from '../../flows/admin/rotate-client-secret.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

const tag = 'Administration: machine clients';

export const adminClientRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/admin/clients',
    tag,
    summary: 'List machine clients, newest first',
    who: may('clients:read'),
    limits: [],
    input: { query: pageQuery },
    output: { status: 200, body: pageAnswer(clientObject) },
    refusals: [],
    async answer(house, { query }) {
      return { body: toWirePage(await listClients(house, readPageQuery(query)), toWireClient) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/clients',
    tag,
    summary: 'Register a machine client',
    description: 'The secret is in this answer and nowhere else.',
    who: may('clients:write'),
    limits: [],
    input: { body: createClientInput },
    output: { status: 201, body: clientWithSecretAnswer },
    refusals: [],
    async answer(house, { caller, body, source }) {
      const made = await createClient(house, { ...body, actor: actorOf(caller) }, source);
      return { body: toWireClientWithSecret(made) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/admin/clients/{id}',
    tag,
    summary: 'Change a machine client',
    who: may('clients:write'),
    limits: [],
    input: { params: clientParams, body: changeClientInput },
    output: { status: 200, body: clientAnswer },
    refusals: ['not_found'],
    async answer(house, { caller, params, body, source }) {
      const input = { actor: actorOf(caller), clientId: params.id, change: body };
      return { body: { client: toWireClient(await changeClient(house, input, source)) } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/clients/{id}/secret',
    tag,
    summary: 'Replace the secret of a machine client',
    description: 'The old secret and the tokens that it got are refused at once.',
    who: may('clients:write'),
    limits: [],
    input: { params: clientParams },
    output: { status: 200, body: clientWithSecretAnswer },
    refusals: ['not_found'],
    async answer(house, { caller, params, source }) {
      const made = await rotateClientSecret(house, { actor: actorOf(caller), clientId: params.id }, source);
      return { body: toWireClientWithSecret(made) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/clients/{id}',
    tag,
    summary: 'Remove a machine client and end its tokens',
    who: may('clients:write'),
    limits: [],
    input: { params: clientParams },
    output: { status: 204 },
    refusals: ['not_found'],
    async answer(house, { caller, params, source }) {
      await deleteClient(house, { actor: actorOf(caller), clientId: params.id }, source);
      return { body: undefined };
    },
  }),
];
