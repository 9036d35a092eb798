import { Refusal } from '../../base/refusal.ts';
import { clientTokenAnswer, tokenHeaders, tokenInput, toWireClientToken } from '../../contract/oauth.ts';
import { issueClientToken } from '../../flows/issue-client-token.ts';
import { readClientCredentials } from '../client-credentials.ts';
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
    refusals: ['unsupported_grant_type', 'invalid_client', 'invalid_scope'],
    errorStyle: 'oauth',
    async answer(house, { headers, body, source }) {
      const credentials = readClientCredentials(headers.authorization ?? null, body);
      if (body.grant_type !== 'client_credentials') throw new Refusal('unsupported_grant_type');
      return {
        body: toWireClientToken(await issueClientToken(house, { ...credentials, scope: body.scope }, source)),
      };
    },
  }),
];
