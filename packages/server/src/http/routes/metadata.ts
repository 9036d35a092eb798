import { jwksAnswer, metadataAnswer, toWireMetadata } from '../../contract/metadata.ts';
import { jwksMaxAgeSeconds } from '../../keys/succession.ts';
import { type Route, route } from '../route.ts';
import { anyone } from '../who.ts';

const tag = 'Discovery';
/** Keys are published this much earlier than they sign, and more. */
const cacheControl = `public, max-age=${jwksMaxAgeSeconds}`;

export const metadataRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/.well-known/jwks.json',
    tag,
    summary: 'The public keys that verify access tokens',
    description: 'RFC 7517 §5. A key is here before it signs, and until no token of it is alive.',
    who: anyone,
    limits: [],
    output: { status: 200, body: jwksAnswer, mediaType: 'application/jwk-set+json', cacheControl },
    refusals: [],
    answer: (house) => ({ body: { keys: house.keys.publicJwks().keys.map((key) => ({ ...key })) } }),
  }),
  ...['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'].map((path) =>
    route({
      method: 'GET',
      path,
      tag,
      summary: 'What this issuer is and can do',
      description: 'RFC 8414 §3. Lists what exists and nothing else.',
      who: anyone,
      limits: [],
      output: { status: 200, body: metadataAnswer, cacheControl },
      refusals: [],
      answer: (house) => ({ body: toWireMetadata(house.policy.issuer) }),
    }),
  ),
];
