import { Refusal } from '../../base/refusal.ts';
import {
  clientTokenAnswer,
  introspectionAnswer,
  introspectionInput,
  revocationInput,
  tokenHeaders,
  tokenInput,
  toWireClientToken,
  toWireIntrospection,
} from '../../contract/oauth.ts';
import { introspectToken } from '../../flows/introspect-token.ts';
import { issueClientToken } from '../../flows/issue-client-token.ts';
import { revokeToken } from '../../flows/revoke-token.ts';
import { readClientCredentials, readClientIdentity } from '../client-credentials.ts';
import { type Route, route } from '../route.ts';
import { oauthClient } from '../who.ts';

export const oauthRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/oauth2/token',
    tag: 'OAuth',
    summary: 'Get an access token for a machine client',
    description:
      'RFC 6749 §4.4. The client authenticates by HTTP Basic or by `client_id` and `client_secret` in the body, never by both.',
    who: oauthClient,
    limits: ['client by source', 'client by id'],
    input: { headers: tokenHeaders, body: tokenInput, bodyType: 'form' },
    output: { status: 200, body: clientTokenAnswer },
    refusals: ['unsupported_grant_type', 'invalid_client', 'invalid_scope', 'overloaded'],
    errorStyle: 'oauth',
    async answer(house, { headers, body, source }) {
      const credentials = readClientCredentials(headers.authorization ?? null, body);
      if (body.grant_type !== 'client_credentials') throw new Refusal('unsupported_grant_type');
      return {
        body: toWireClientToken(await issueClientToken(house, { ...credentials, scope: body.scope }, source)),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/oauth2/revoke',
    tag: 'OAuth',
    summary: 'Give a token back',
    description:
      'RFC 7009. A refresh token ends its session, an access token ends alone. A client with a secret ' +
      'authenticates; applications of your own send `client_id=first-party`. The answer is the same for a token ' +
      'that is none, has ended, or belongs to another client: then nothing happens.',
    who: oauthClient,
    limits: ['client by source'],
    input: { headers: tokenHeaders, body: revocationInput, bodyType: 'form' },
    output: { status: 200 },
    refusals: ['invalid_client'],
    errorStyle: 'oauth',
    async answer(house, { headers, body, source }) {
      const client = readClientIdentity(headers.authorization ?? null, body);
      await revokeToken(house, { client, token: body.token }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/oauth2/introspect',
    tag: 'OAuth',
    summary: 'Ask whether a token is good at this moment',
    description:
      'RFC 7662. For machine clients with the scope `tokens:introspect`. Looks at signature, times, issuer, ' +
      'audience, session, user, client and revocations; of a token that is not active it says nothing else. ' +
      'A guard knows the same without a call.',
    who: oauthClient,
    limits: ['introspection by client', 'client by source'],
    input: { headers: tokenHeaders, body: introspectionInput, bodyType: 'form' },
    output: { status: 200, body: introspectionAnswer },
    refusals: ['invalid_client', 'insufficient_scope'],
    errorStyle: 'oauth',
    async answer(house, { headers, body, source }) {
      const client = readClientCredentials(headers.authorization ?? null, body);
      const active = await introspectToken(house, { client, token: body.token }, source);
      return { body: toWireIntrospection(active, house.policy) };
    },
  }),
];
