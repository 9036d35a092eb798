import { Agent, request } from 'node:http';
import { register } from '../../src/flows/register.ts';
import { startTestServer } from '../../src/testing.ts';
import { logIn } from '../flows/log-in.ts';
import { createDice, type Dice } from './dice.ts';

export interface GuessReport {
  readonly seed: number;
  readonly guesses: number;
  /** Guesses whose password was looked at. */
  readonly evaluated: number;
  /** How many may be, at once: those of strangers. */
  readonly cap: number;
  /** By status and code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly ownerStatus: number;
}

const password = 'a wristband for alice';
const home = '192.0.2.7';
const parallel = 200;
const spellings = [
  'alice',
  'ALICE',
  'alice@example.com',
  'Alice@Example.COM',
  'ａlice@example.com',
  'ａｌｉｃｅ',
];
const paths = [
  '/v1/login',
  '/v1/login',
  '/v1/login',
  '/v1/me/password',
  '//v1/login',
  '/v1/login/',
  '/v1/%6cogin',
];

/**
 * Guesses at one account over real connections, many at once: from made-up
 * addresses, by every spelling of its names, at every route that takes the
 * password, a stolen access token among the means. Then its owner signs in.
 */
export async function attackOneAccount(options: {
  readonly seed: number;
  readonly guesses: number;
}): Promise<GuessReport> {
  const dice = createDice(options.seed);
  const server = await startTestServer({ settings: { trustedProxies: ['127.0.0.1'] } });
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  try {
    const { house } = server;
    const source = { requestId: 'r', address: home, userAgent: 'owner' };
    await register(house, { email: 'alice@example.com', username: 'alice', password }, source);
    const { accessToken } = await logIn(house, { identifier: 'alice', password }, source);
    const { port } = await server.listen();
    const send = (call: Call): Promise<Answer> => post({ agent, port }, call);
    const answers = await Promise.all(
      Array.from({ length: options.guesses }, () => send(makeGuess(dice, accessToken))),
    );
    const counted: Record<string, number> = {};
    for (const { shown } of answers) counted[shown] = (counted[shown] ?? 0) + 1;
    const owner = await send({ path: '/v1/login', address: home, body: { identifier: 'alice', password } });
    return {
      seed: options.seed,
      guesses: options.guesses,
      evaluated: counted['401 invalid_credentials'] ?? 0,
      cap: 10,
      answers: counted,
      ownerStatus: owner.status,
    };
  } finally {
    agent.destroy();
    await server.close();
  }
}

interface Call {
  readonly path: string;
  readonly address: string;
  readonly body: Readonly<Record<string, string>>;
  readonly token?: string;
}

interface Answer {
  readonly status: number;
  readonly shown: string;
}

function makeGuess(dice: Dice, token: string): Call {
  const path = dice.pick(paths);
  const guessed = `guess ${dice.below(1e9)} of somebody`;
  const address = `198.${18 + dice.below(2)}.${dice.below(256)}.${dice.below(256)}`;
  if (path !== '/v1/me/password') {
    return { path, address, body: { identifier: dice.pick(spellings), password: guessed } };
  }
  const body = { current_password: guessed, new_password: 'seven boats on a green lake' };
  return { path, address, token, body };
}

function post(to: { readonly agent: Agent; readonly port: number }, call: Call): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(
    {
      ...to,
      host: '127.0.0.1',
      method: 'POST',
      path: call.path,
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': call.address,
        ...(call.token !== undefined && { authorization: `Bearer ${call.token}` }),
      },
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const code = /"code":"(\w+)"/.exec(text)?.[1] ?? '';
        resolve({ status, shown: `${status} ${code}`.trim() });
      });
      response.on('error', reject);
    },
  );
  asked.on('error', reject);
  asked.end(JSON.stringify(call.body));
  return promise;
}
