import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../packages/server/test/free-port.ts';

/** What is published is built, packed and installed as strangers would, into a folder far from here. */

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = ['tokens', 'jsonwebtoken', 'revocation', 'guard', 'client', 'server'];
const bin = join(root, 'node_modules', '.bin');
const password = 'correct horse battery staple 99';

const folder = mkdtempSync(join(tmpdir(), 'countersign-packages-'));
const tarballFolder = join(folder, 'tarballs');
const project = join(folder, 'project');
const running = new Set<ChildProcess>();
/** Why nothing could be installed, where that is allowed. */
let offline: string | undefined;

before(async () => {
  mkdirSync(tarballFolder);
  mkdirSync(project);
  await mustRun('node', ['scripts/build.ts'], root);
  const workspaces = packages.flatMap((name) => ['-w', `packages/${name}`]);
  await mustRun('npm', ['pack', '--pack-destination', tarballFolder, ...workspaces], root);
  writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }');
  const install = ['install', '--prefer-offline', ...tarballs(), `express@${expressVersion()}`];
  const { status, errors } = await run('npm', install, project);
  if (
    status !== 0 &&
    process.env['CI'] !== 'true' &&
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(errors)
  ) {
    offline = 'the npm registry cannot be reached';
  } else assert.equal(status, 0, errors);
});

after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function tarballs(): string[] {
  return readdirSync(tarballFolder).map((name) => join(tarballFolder, name));
}

/** As the guard's own tests use it. */
function expressVersion(): string {
  return JSON.parse(readFileSync(join(root, 'packages/guard/package.json'), 'utf8')).devDependencies.express;
}

/** Nothing of this repository's own run but the pinned Node. */
function cleanEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|config_local)|NODE_OPTIONS|NODE_TEST|COUNTERSIGN_|INIT_CWD)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    ...more,
  };
}

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

interface RunOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

function start(
  command: string,
  parameters: readonly string[],
  cwd: string,
  options: RunOptions = {},
): ChildProcess {
  const child = spawn(command, parameters, {
    cwd,
    env: cleanEnvironment(options.environment),
    shell: process.platform === 'win32',
    stdio: 'pipe',
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  // Whoever ends without reading its input tells so by its status.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  return child;
}

async function run(
  command: string,
  parameters: readonly string[],
  cwd: string,
  options: RunOptions = {},
): Promise<Ended> {
  const child = start(command, parameters, cwd, options);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, output, errors };
}

async function mustRun(...what: Parameters<typeof run>): Promise<string> {
  const { status, output, errors } = await run(...what);
  assert.equal(status, 0, `${what[0]} ${what[1].join(' ')}\n${output}${errors}`);
  return output;
}

/** The first line on standard output that holds this text. */
function lineWith(child: ChildProcess, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const line = output.split('\n').find((each) => each.includes(text));
    if (line !== undefined) resolve(line);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.once('exit', () => reject(new Error(`ended before "${text}":\n${output}`)));
  return promise;
}

function isSkipped(context: TestContext): boolean {
  if (offline !== undefined) context.skip(offline);
  return offline !== undefined;
}

for (const name of packages) {
  test(`${name}: exports, files and types of the tarball are sound`, async () => {
    const start = name === 'server' ? 'countersign-0' : `countersign-${name}-`;
    const tarball = tarballs().find((path) => path.includes(start)) ?? '';
    await mustRun('publint', [tarball, '--strict'], root);
    const profile = name === 'jsonwebtoken' ? [] : ['--profile', 'esm-only'];
    await mustRun('attw', [tarball, ...profile, '--no-emoji'], root);
  });
}

test('every tarball holds its page and the licence; none holds sources, tests or secrets', async () => {
  for (const tarball of tarballs()) {
    const files = (await mustRun('tar', ['-tzf', tarball], root)).trim().split('\n');
    const unwanted = files.filter((file) =>
      /\/(src|test|data)\/|(?<!\.d)\.ts$|\.env|\.key$|\.tsbuildinfo$/.test(file),
    );
    assert.deepEqual(unwanted, [], tarball);
    for (const wanted of ['package/README.md', 'package/LICENSE']) assert.ok(files.includes(wanted), tarball);
  }
});

test('the bundle of the server imports nothing that is not installed with it', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/server/package.json'), 'utf8'));
  const dist = join(root, 'packages/server/dist');
  const scripts = readdirSync(dist).filter((file) => file.endsWith('.js'));
  const imported = scripts.flatMap((file) =>
    [
      ...readFileSync(join(dist, file), 'utf8').matchAll(
        /^(?:import|export)\b[^'";]*?from ?["']([^"'./][^"']*)["']/gm,
      ),
    ].map(([, specifier = '']) => specifier),
  );
  const unknown = imported.filter((specifier) => {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    return !specifier.startsWith('node:') && !(name in manifest.dependencies);
  });
  assert.ok(imported.includes('@countersign/tokens'));
  assert.deepEqual(unknown, []);
});

const shop = `import express from 'express';
import { createGuard } from '@countersign/guard';
const issuer = process.env.ISSUER;
const guard = createGuard({ issuer, audience: issuer, revocation: 'none' });
const app = express();
app.get('/', (request, response) => response.send('open'));
app.get('/orders', guard.express(), (request, response) => response.json({ of: request.auth.subject }));
app.get('/admin', guard.express({ role: 'admin' }), (request, response) => response.json({ admin: true }));
const server = app.listen(0, '127.0.0.1', () => console.log('shop ' + server.address().port));
`;

test('from an empty folder: init, an administrator, serve, sign in, an Express route behind the guard', async (context) => {
  if (isSkipped(context)) return;
  const port = String(await findFreePort());
  const issuer = `http://localhost:${port}`;
  const environment = { COUNTERSIGN_PORT: port };
  await mustRun('npx', ['countersign', 'init'], project);
  const create = [
    'countersign',
    'users',
    'create',
    '--email',
    'ann@example.com',
    '--admin',
    '--password-stdin',
  ];
  await mustRun('npx', create, project, { environment, input: `${password}\n` });
  // Without npx in between, so that the signal reaches the server and its exit code us.
  const server = start(join(project, 'node_modules/.bin/countersign'), ['serve'], project, { environment });
  const line = JSON.parse(await lineWith(server, 'server.listening'));
  assert.equal(line.issuer, issuer);

  writeFileSync(join(project, 'shop.js'), shop);
  const app = start('node', ['shop.js'], project, { environment: { ISSUER: issuer } });
  const [, shopPort] = (await lineWith(app, 'shop ')).split(' ');
  const visit = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${shopPort}${path}`, { headers });

  const answer = await fetch(`${line.url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ identifier: 'ann@example.com', password }),
  });
  assert.equal(answer.status, 200);
  const { access_token: token, user } = await answer.json();
  const authorization = `Bearer ${token}`;
  const orders = await visit('/orders', { authorization });
  assert.deepEqual([orders.status, await orders.json()], [200, { of: user.id }]);
  assert.equal((await visit('/admin', { authorization })).status, 200);
  assert.equal((await visit('/')).status, 200);
  const refused = await visit('/orders');
  assert.deepEqual([refused.status, refused.headers.get('www-authenticate')?.split(' ')[0]], [401, 'Bearer']);
  assert.equal((await visit('/orders', { authorization: `${authorization.slice(0, -4)}AAAA` })).status, 401);

  const verify = [
    'countersign',
    'token',
    'verify',
    '-',
    '--issuer',
    issuer,
    '--jwks',
    `${line.url}/.well-known/jwks.json`,
  ];
  assert.match(await mustRun('npx', verify, project, { input: token }), /Verified/);

  server.kill('SIGTERM');
  assert.equal(await new Promise((resolve) => server.once('exit', resolve)), 0);
});

test('the drop-in is one thing, whether it is required or imported', async (context) => {
  if (isSkipped(context)) return;
  writeFileSync(
    join(project, 'both.cjs'),
    `const required = require('@countersign/jsonwebtoken');
import('@countersign/jsonwebtoken').then((imported) => {
  const token = required.sign({ sub: 'ann' }, 's'.repeat(32), { expiresIn: '1h' });
  const { sub } = imported.verify(token, 's'.repeat(32), { algorithms: ['HS256'] });
  console.log(Object.keys(required).sort().join(), sub, imported.default === required,
    imported.TokenExpiredError === required.TokenExpiredError);
});
`,
  );
  const names = 'JsonWebTokenError,NotBeforeError,TokenExpiredError,decode,sign,verify';
  assert.equal((await mustRun('node', ['both.cjs'], project)).trim(), `${names} ann true true`);
});

test('the test kit and an embedded server work from the package', async (context) => {
  if (isSkipped(context)) return;
  writeFileSync(
    join(project, 'kit.js'),
    `import { startTestServer } from 'countersign/testing';
import { createServer, defineSettings } from 'countersign';
import { createJwtVerifier } from '@countersign/tokens';
const kit = await startTestServer();
const answer = await kit.fetch('/v1/register', { method: 'POST', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ email: 'b@example.com', password: '${password}' }) });
createJwtVerifier({ keys: kit.house.keys.keySet, issuer: 'x', audience: 'x', algorithms: ['ES256'], type: 'at+jwt' });
await kit.close();
const server = await createServer(defineSettings({ mode: 'development', databaseUrl: 'sqlite:./embedded/a.db', masterKey: process.env.KEY, logLevel: 'error' }));
const live = await server.fetch(new Request('http://localhost:4000/health/live'));
await server.close();
console.log(answer.status, live.status);
`,
  );
  const key = (await mustRun('npx', ['countersign', 'keys', 'generate-secret'], project)).trim();
  assert.equal((await mustRun('node', ['kit.js'], project, { environment: { KEY: key } })).trim(), '201 200');
});
