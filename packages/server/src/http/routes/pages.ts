import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { openApiAnswer, textAnswer } from '../../contract/metadata.ts';
import { drawApiReference } from '../../pages/api-reference.ts';
import { drawLanding } from '../../pages/landing.ts';
import { drawMark, writeThemeStyle } from '../../pages/theme-style.ts';
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
      answer: (house, { theme }) => ({
        body: drawLanding({ issuer: house.policy.issuer, name: theme.name }),
      }),
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
      answer: (_house, { theme }) => ({ body: writeThemeStyle(theme) + styleSheet + hostedStyle }),
    }),
    route({
      method: 'GET',
      path: '/assets/custom.css',
      tag,
      summary: 'The style sheet of the operator',
      description: 'The setting `pageCss`.',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: 'text/css; charset=utf-8', cacheControl },
      refusals: ['not_found'],
      answer: (_house, { theme }) => ({ body: present(theme.css) }),
    }),
    route({
      method: 'GET',
      path: '/assets/logo.svg',
      tag,
      summary: 'The logo of these pages',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: 'image/svg+xml', cacheControl },
      refusals: [],
      answer: (_house, { theme }) => ({
        body: { written: theme.logo?.startsWith('data:') === false ? theme.logo : drawMark(theme) },
      }),
    }),
    route({
      method: 'GET',
      path: '/assets/logo.png',
      tag,
      summary: 'The logo of these pages, where it is a PNG',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: 'image/png', cacheControl },
      refusals: ['not_found'],
      answer: (_house, { theme }) => ({ body: { written: readPng(theme.logo) } }),
    }),
    route({
      method: 'GET',
      path: '/.well-known/security.txt',
      tag,
      summary: 'Where to report vulnerabilities',
      description: 'RFC 9116. The setting `securityContact`.',
      who: anyone,
      limits: [],
      output: { status: 200, body: textAnswer, mediaType: 'text/plain; charset=utf-8', cacheControl },
      refusals: ['not_found'],
      answer: (house, { theme }) => ({ body: writeSecurityText(house, present(theme.securityContact)) }),
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

function present(text: string | undefined): string {
  if (text === undefined) throw new Refusal('not_found', { reason: 'not in the settings' });
  return text;
}

function readPng(logo: string | undefined): ReadableStream<Uint8Array> {
  const [start, base64] = present(logo).split(',');
  if (start !== 'data:image/png;base64' || base64 === undefined) throw new Refusal('not_found');
  return new Blob([Buffer.from(base64, 'base64')]).stream();
}

const monthMs = 30 * 86_400_000;

/** RFC 9116 §2.5: the day on which it is no longer to be believed is always ahead. */
function writeSecurityText({ policy, now }: Pick<House, 'policy' | 'now'>, contact: string): string {
  const expires = new Date(now() + monthMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const canonical = `${policy.issuer}/.well-known/security.txt`;
  return `Contact: ${contact}\nExpires: ${expires}\nCanonical: ${canonical}\n`;
}
