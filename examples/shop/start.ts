/** `npm start`: the auth server and the shop, in development, with two demo users. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { showLogLine } from './show-log-line.ts';

const authPort = process.env['COUNTERSIGN_PORT'] ?? '4000';
const shopPort = process.env['SHOP_PORT'] ?? '3000';
const issuer = `http://localhost:${authPort}`;
const shopUrl = `http://localhost:${shopPort}`;
const password = 'a wristband for everyone';
const demoUsers = [
  { email: 'alice@example.com', username: 'alice', name: 'Alice', options: [] },
  { email: 'admin@example.com', username: 'admin', name: 'Ada Admin', options: ['--admin'] },
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const countersign = [fileURLToPath(new URL('../../packages/server/bin/countersign.js', import.meta.url))];
const shop = ['-C', '@countersign/source', fileURLToPath(new URL('./server.ts', import.meta.url))];

const environment = {
  ...process.env,
  COUNTERSIGN_MODE: 'development',
  COUNTERSIGN_ISSUER: issuer,
  COUNTERSIGN_PORT: authPort,
  COUNTERSIGN_DATABASE_URL: process.env['COUNTERSIGN_DATABASE_URL'] ?? 'sqlite:./data/shop.db',
  COUNTERSIGN_CORS_ORIGINS: shopUrl,
  SHOP_PORT: shopPort,
  SHOP_ISSUER: issuer,
};

type Child = ReturnType<typeof spawn>;

/** In process groups of their own: Ctrl-C reaches this process alone, which then ends both in order. */
function start(name: string, parameters: readonly string[]): Child {
  const child = spawn(process.execPath, parameters, {
    cwd: root,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) showLogLine(name, line);
    });
  }
  return child;
}

function ended(child: Child): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? 1);
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

async function addDemoUser(user: (typeof demoUsers)[number]): Promise<void> {
  const { email, username, name, options } = user;
  const child = spawn(
    process.execPath,
    [
      ...countersign,
      'users',
      'create',
      '--email',
      email,
      '--username',
      username,
      '--name',
      name,
      '--password-stdin',
      ...options,
    ],
    { cwd: root, env: environment, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let message = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    message += text;
  });
  child.stdin.end(password);
  const code = await ended(child);
  const isThere = /exists/.test(message);
  if (code !== 0 && !isThere) throw new Error(`the demo user ${email} could not be made:\n${message}`);
}

const patienceMs = 20_000;

async function isHealthy(url: string, child: Child): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error('a server did not start; its message is above');
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} did not answer within ${patienceMs / 1000} s`);
}

function describe(): string {
  const users = demoUsers.map(({ email }) => `  ${email}   ${password}`).join('\n');
  return `
Open ${shopUrl} and sign in:

${users}

Or from another terminal:

  TOKEN=$(curl -s ${issuer}/v1/login -H 'Content-Type: application/json' -d '{"identifier":"alice@example.com","password":"${password}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${shopUrl}/api/profile -H "Authorization: Bearer $TOKEN"
  curl -s -i ${shopUrl}/api/admin -H "Authorization: Bearer $TOKEN"

The last one is refused: alice is no admin. The API is described at ${issuer}/docs
Ctrl-C stops both servers.
`;
}

const children: Child[] = [];
let isStopping = false;

async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map(ended));
  process.exitCode = code;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stop(0).catch(() => undefined);
  });
}

try {
  for (const user of demoUsers) await addDemoUser(user);
  const auth = start('auth', [...countersign, 'serve']);
  children.push(auth);
  const shopServer = start('shop', shop);
  children.push(shopServer);
  await Promise.all([isHealthy(`${issuer}/health/ready`, auth), isHealthy(`${shopUrl}/health`, shopServer)]);
  process.stdout.write(describe());
  const code = await Promise.race(children.map(ended));
  if (!isStopping) process.stderr.write('One of the two servers ended; stopping the other.\n');
  await stop(isStopping ? 0 : code || 1);
} catch (error) {
  if (!isStopping) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}
