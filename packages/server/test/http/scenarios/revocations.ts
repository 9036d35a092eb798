import { createClient } from '../../../src/flows/admin/create-client.ts';
import { acknowledgementBody, fetchToken } from '../../feed/feed-ground.ts';
import { source } from '../http-ground.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';

async function follow({ server }: Cast, scopes: readonly string[] = ['revocations:read']) {
  const actor = { kind: 'command-line' } as const;
  const made = await createClient(server.house, { actor, name: 'orders', scopes }, source);
  const client = { id: made.client.id, secret: made.clientSecret };
  return { ...client, token: await fetchToken(server, client) };
}

const tokenOf = async (cast: Cast): Promise<{ readonly token: string }> => ({
  token: (await follow(cast)).token,
});

async function seqOf({ server }: Cast): Promise<number> {
  await server.house.feed.view.pull();
  return server.house.feed.view.seq;
}

/** What every endpoint of the feed refuses. */
const foreigners: readonly Scenario[] = [
  {
    name: 'a user, however mighty, is no follower',
    call: ({ admin }) => ({ token: admin.accessToken }),
    status: 401,
    code: 'invalid_token',
  },
  {
    name: 'a client without the scope is refused',
    call: async (cast) => ({ token: (await follow(cast, ['orders:read'])).token }),
    status: 403,
    code: 'insufficient_scope',
    headers: { 'www-authenticate': /scope="revocations:read"/ },
  },
];

const unpaved = (path: string): readonly Scenario[] =>
  foreigners.map((scenario) => ({
    ...scenario,
    call: async (cast) => ({ ...(await scenario.call(cast)), path }),
  }));

export const revocationScenarios: Scenarios = {
  'GET /revocations/keys': [
    {
      name: 'A-082: public keys of the feed, and the key of its fingerprints',
      call: tokenOf,
      status: 200,
      contains: ['"alg":"ES256"', '"fingerprint_key":"', '"issuer":"http://localhost:4000"'],
      excludes: ['"d":'],
    },
    ...foreigners,
  ],
  'GET /revocations/head': [
    {
      name: 'a head that is signed',
      call: tokenOf,
      status: 200,
      contains: ['"head":"ey'],
      headers: { 'cache-control': /^private, no-transform$/ },
    },
    ...foreigners,
  ],
  'GET /revocations/log': [
    {
      name: 'whoever knows everything gets a head alone',
      call: async (cast) => ({
        ...(await tokenOf(cast)),
        path: `/revocations/log?after=${await seqOf(cast)}&wait=0`,
      }),
      status: 200,
      contains: ['{"head":"ey'],
      headers: { 'x-accel-buffering': /^no$/ },
    },
    {
      name: 'before the declared gap nothing is held',
      call: async (cast) => ({ ...(await tokenOf(cast)), path: '/revocations/log?after=1' }),
      status: 410,
      code: 'gone',
    },
    {
      name: 'a number that is not exact is refused',
      call: async (cast) => ({ ...(await tokenOf(cast)), path: '/revocations/log?after=9007199254740992' }),
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'a last head that is none changes nothing',
      call: async (cast) => ({
        ...(await tokenOf(cast)),
        path: `/revocations/log?after=${await seqOf(cast)}`,
        headers: { 'revocation-last-head': 'a.b.c' },
      }),
      status: 200,
    },
    ...unpaved('/revocations/log?after=1'),
  ],
  'GET /revocations/stream': [
    {
      name: 'events as they come',
      call: async (cast) => ({
        ...(await tokenOf(cast)),
        path: `/revocations/stream?after=${await seqOf(cast)}`,
      }),
      status: 200,
      contains: ['id: ', 'data: {"head":"ey'],
      headers: { 'content-type': /^text\/event-stream$/, 'x-accel-buffering': /^no$/ },
    },
    {
      name: 'the last event id of a reconnecting browser goes before the address',
      call: async (cast) => ({
        ...(await tokenOf(cast)),
        path: '/revocations/stream?after=1',
        headers: { 'last-event-id': String(await seqOf(cast)) },
      }),
      status: 200,
    },
    {
      name: 'without a number it is not known what is missing',
      call: tokenOf,
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'before the declared gap nothing is held',
      call: async (cast) => ({ ...(await tokenOf(cast)), path: '/revocations/stream?after=1' }),
      status: 410,
      code: 'gone',
    },
    ...unpaved('/revocations/stream?after=1'),
  ],
  'GET /revocations/snapshot/{seq}': [
    {
      name: 'the snapshot that a head names',
      call: async (cast) => {
        const { token } = await tokenOf(cast);
        const head = await cast.server.house.feed.source.fetchHeadWithSnapshot();
        const { snap } = JSON.parse(Buffer.from(head.split('.')[1] ?? '', 'base64url').toString());
        return { token, path: `/revocations/snapshot/${snap.seq}` };
      },
      status: 200,
      headers: { 'content-type': /^application\/octet-stream$/, 'cache-control': /^private, no-transform$/ },
    },
    {
      name: 'another number has none',
      call: async (cast) => ({ ...(await tokenOf(cast)), path: '/revocations/snapshot/7' }),
      status: 410,
      code: 'gone',
    },
    ...unpaved('/revocations/snapshot/7'),
  ],
  'POST /revocations/ack': [
    {
      name: 'a process that says where it stands is put on the roll',
      call: async (cast) => {
        const client = await follow(cast);
        const { hash, seq } = await placeOf(cast);
        return { token: client.token, json: acknowledgementBody({ client, place: { seq, hash } }) };
      },
      status: 204,
    },
    {
      name: 'a MAC of another secret is refused',
      call: async (cast) => {
        const client = await follow(cast);
        const form = { client: { ...client, secret: 'another' }, place: await placeOf(cast) };
        return { token: client.token, json: acknowledgementBody(form) };
      },
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"mac"'],
    },
    {
      name: 'a hash that the feed never had at that number is refused',
      call: async (cast) => {
        const client = await follow(cast);
        const { seq } = await placeOf(cast);
        return {
          token: client.token,
          json: acknowledgementBody({ client, place: { seq, hash: new Uint8Array(32) } }),
        };
      },
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"hash"'],
    },
    {
      name: 'a number that the feed has not reached is refused',
      call: async (cast) => {
        const client = await follow(cast);
        const { seq, hash } = await placeOf(cast);
        return { token: client.token, json: acknowledgementBody({ client, place: { seq: seq + 1, hash } }) };
      },
      status: 400,
      code: 'invalid_request',
    },
    ...foreigners.map((scenario) => ({
      ...scenario,
      call: async (cast: Cast) => ({ ...(await scenario.call(cast)), json: {} }),
    })),
  ],
};

/** Where the feed stands. */
async function placeOf({ server }: Cast) {
  const head = await server.house.feed.source.freshen();
  const { hash } = JSON.parse(Buffer.from(head.jws.split('.')[1] ?? '', 'base64url').toString());
  return { seq: head.seq, hash: Buffer.from(String(hash), 'base64url') };
}
