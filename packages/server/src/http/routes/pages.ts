import { openApiAnswer, textAnswer } from '../../contract/metadata.ts';
import { drawApiReference } from '../../pages/api-reference.ts';
import { drawLanding } from '../../pages/landing.ts';
import { hostedStyle } from '../../pages/hosted-style.ts';
import { styleSheet } from '../../pages/style-sheet.ts';
import { viewApi } from '../api-reference-view.ts';
import { describeApi, type OpenApiDocument } from '../openapi.ts';
import { type Route, route } from '../route.ts';
import { anyone } from '../who.ts';

const tag = 'Reference';
const html = 'text/html; charset=utf-8';
const cacheControl = 'public, max-age=300';

/**
 * The pages that this server shows about itself.
 * @param others every other route: the reference describes them and these
 */
export function pageRoutes(others: readonly Route[]): readonly Route[] {
  const describe = memoize((issuer) => describeApi([...others, ...pages], issuer));
  const drawReference = memoize((issuer) => drawApiReference(viewApi(describe(issuer))));
  const pages: readonly Route[] = [
    route({
      method: 'GET',
      path: '/',
      tag,
      summary: 'What this server is',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: html, cacheControl },
      refusals: [],
      answer: (house) => ({ body: drawLanding({ issuer: house.policy.issuer }) }),
    }),
    route({
      method: 'GET',
      path: '/docs',
      tag,
      summary: 'This reference',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: html, cacheControl },
      refusals: [],
      answer: (house) => ({ body: drawReference(house.policy.issuer) }),
    }),
    route({
      method: 'GET',
      path: '/openapi.json',
      tag,
      summary: 'This reference for programs',
      description: 'OpenAPI 3.1.',
      who: anyone,
      limits: [],
      output: { status: 200, body: openApiAnswer, cacheControl },
      refusals: [],
      answer: (house) => ({ body: { ...describe(house.policy.issuer) } }),
    }),
    route({
      method: 'GET',
      path: '/assets/style.css',
      tag,
      summary: 'The style sheet of these pages',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: 'text/css; charset=utf-8', cacheControl },
      refusals: [],
      answer: () => ({ body: styleSheet + hostedStyle }),
    }),
  ];
  return pages;
}

/** Made at the first call: a start does not wait for it. */
function memoize<Made extends OpenApiDocument | string>(make: (issuer: string) => Made): typeof make {
  let made: { readonly issuer: string; readonly value: Made } | undefined;
  return (issuer) => {
    made = made?.issuer === issuer ? made : { issuer, value: make(issuer) };
    return made.value;
  };
}
