/** `npm start`: the auth server and the shop, in development, with two demo users. */
import { fileURLToPath } from 'node:url';
import { ended, runCommand, type ServerProcess, startServerProcess } from './server-process.ts';

const authPort = process.env['COUNTERSIGN_PORT'] ?? '4000';
const shopPort = process.env['SHOP_PORT'] ?? '3000';
const issuer = `http://localhost:${authPort}`;
const shopUrl = `http://localhost:${shopPort}`;
const password = 'a wristband for everyone';
const demoUsers = [
  { email: 'alice@example.com', username: 'alice', name: 'Alice', options: [] },
  { email: 'admin@example.com', username: 'admin', name: 'Ada Admin', options: ['--admin'] },
];

const countersign = fileURLToPath(new URL('../../packages/server/bin/countersign.js', import.meta.url));
const shopServer = fileURLToPath(new URL('./server.ts', import.meta.url));

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  COUNTERSIGN_MODE: 'development',
  COUNTERSIGN_ISSUER: issuer,
  COUNTERSIGN_PORT: authPort,
  COUNTERSIGN_DATABASE_URL: process.env['COUNTERSIGN_DATABASE_URL'] ?? 'sqlite:./data/shop.db',
  COUNTERSIGN_CORS_ORIGINS: shopUrl,
  SHOP_PORT: shopPort,
  SHOP_ISSUER: issuer,
};

const servers: ServerProcess[] = [];
const stopping = new AbortController();

/** A step is begun only while nobody has asked to stop. */
const steps: readonly (() => Promise<void>)[] = [
  ...demoUsers.map((user) => () => addDemoUser(user)),
  addShopClient,
  () =>
    serve({ name: 'auth', parameters: [countersign, 'serve'], listensWhen: /"event":"server\.listening"/ }),
  () =>
    serve({
      name: 'shop',
      parameters: ['-C', '@countersign/source', shopServer],
      listensWhen: /^shop: http/,
    }),
  () => untilHealthy(`${issuer}/health/ready`),
  () => untilHealthy(`${shopUrl}/health`),
];

async function addDemoUser({ email, username, name, options }: (typeof demoUsers)[number]): Promise<void> {
  const account = ['--email', email, '--username', username, '--name', name];
  const { code, message } = await runCommand(
    { parameters: [countersign, 'users', 'create', ...account, '--password-stdin', ...options], environment },
    password,
  );
  const isThere = /exists/.test(message);
  if (code !== 0 && !isThere) throw new Error(`The demo user ${email} could not be made:\n${message}`);
}

/** The shop's guard follows the issuer's revocations as this client: a new one at each start, its secret in memory. */
async function addShopClient(): Promise<void> {
  const words = ['clients', 'create', '--name', 'shop', '--scope', 'revocations:read', '--json'];
  const { code, output, message } = await runCommand({ parameters: [countersign, ...words], environment });
  if (code !== 0) throw new Error(`The client of the shop could not be made:\n${message}`);
  const made: { client: { id: string }; client_secret: string } = JSON.parse(output);
  environment['SHOP_FEED_CLIENT_ID'] = made.client.id;
  environment['SHOP_FEED_SECRET'] = made.client_secret;
}

async function serve(command: Omit<Parameters<typeof startServerProcess>[0], 'environment'>): Promise<void> {
  const server = startServerProcess({ ...command, environment });
  servers.push(server);
  await server.listening;
}

const patienceMs = 20_000;

async function untilHealthy(url: string): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until && !stopping.signal.aborted) {
    const isHealthy = await fetch(url, {
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(2000)]),
    }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isHealthy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!stopping.signal.aborted) throw new Error(`${url} was not healthy within ${patienceMs / 1000} s.`);
}

function describe(): string {
  const users = demoUsers.map(({ email }) => `  ${email}   ${password}`).join('\n');
  return `
Open ${shopUrl} and sign in:

${users}

Or from another terminal:

  TOKEN=$(curl -sS ${issuer}/v1/login -H 'Content-Type: application/json' -d '{"identifier":"alice@example.com","password":"${password}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -sS ${shopUrl}/api/profile -H "Authorization: Bearer $TOKEN"
  curl -sS -i ${shopUrl}/api/admin -H "Authorization: Bearer $TOKEN"

The last one is refused: alice is no admin. The API is described at ${issuer}/docs
Ctrl-C stops both servers.
`;
}

async function stop(): Promise<void> {
  stopping.abort();
  for (const { child } of servers) child.kill('SIGTERM');
  await Promise.all(servers.map(({ child }) => ended(child)));
}

/** One Ctrl-C may arrive twice: from the terminal and from npm. */
const sameSignalMs = 500;
let firstSignalAt: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    firstSignalAt ??= performance.now();
    if (performance.now() - firstSignalAt > sameSignalMs) {
      for (const { child } of servers) child.kill('SIGKILL');
      process.exit(1);
    }
    stop().catch(() => undefined);
  });
}

try {
  for (const step of steps) {
    if (!stopping.signal.aborted) await step();
  }
  if (!stopping.signal.aborted) {
    process.stdout.write(describe());
    await Promise.race(servers.map(({ child }) => ended(child)));
    if (!stopping.signal.aborted) throw new Error('One of the two servers ended; stopping the other.');
  }
} catch (error) {
  if (!stopping.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
await stop();
