import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readEnvironment } from '../../src/settings/read-environment.ts';
import { settingNames } from '../../src/settings/settings.ts';
import { makeFolder, safeProduction } from '../settings/settings-folder.ts';
import { run } from './recorded-terminal.ts';

test('init writes a configuration that starts, keeps data out of the repository and says what is next', async (context) => {
  const directory = makeFolder(context, { '.gitignore': 'node_modules' });
  const { exitCode, output } = await run(['init'], { directory });
  assert.equal(exitCode, 0);
  assert.match(output, /npx countersign serve/);
  assert.equal(readFileSync(join(directory, '.gitignore'), 'utf8'), 'node_modules\n/data/\n');
  const examined = await run(['doctor', '--json'], { directory });
  assert.equal(JSON.parse(examined.output).settings.mode.value, 'development');
});

test('init overwrites nothing', async (context) => {
  const text = 'export default { port: 1 };';
  for (const name of ['countersign.config.ts', 'countersign.config.mjs']) {
    const directory = makeFolder(context, { [name]: text });
    const { exitCode, errors } = await run(['init'], { directory });
    assert.equal(exitCode, 1);
    assert.match(errors, /nothing was written/);
    assert.equal(readFileSync(join(directory, name), 'utf8'), text);
    assert.equal(existsSync(join(directory, '.gitignore')), false);
  }
});

test('init leaves a .gitignore that has the folder already', async (context) => {
  const directory = makeFolder(context, { '.gitignore': 'data/\n' });
  await run(['init'], { directory });
  assert.equal(readFileSync(join(directory, '.gitignore'), 'utf8'), 'data/\n');
});

test('init --production writes an example of known names without any secret, and does not overwrite it', async (context) => {
  const directory = makeFolder(context);
  assert.equal((await run(['init', '--production'], { directory })).exitCode, 0);
  const text = readFileSync(join(directory, '.env.example'), 'utf8');
  const lines = [...text.matchAll(/^(?:# )?(COUNTERSIGN_\w+)=(.*)$/gm)];
  assert.ok(lines.length >= 8);
  const environment = Object.fromEntries(lines.map(([, name = '', value]) => [name, value]));
  const unknown = readEnvironment(environment, directory).problems.filter(({ message }) =>
    /not a setting/.test(message),
  );
  assert.deepEqual(unknown, []);
  assert.doesNotMatch(text, /[A-Za-z0-9_-]{43}/);
  assert.equal((await run(['init', '--production'], { directory })).exitCode, 1);
});

test('keys generate-secret makes another master key each time, one that the settings take', async (context) => {
  const directory = makeFolder(context);
  const { output: first } = await run(['keys', 'generate-secret'], { directory });
  const { output: second } = await run(['keys', 'generate-secret', '--json'], { directory });
  assert.notEqual(first, JSON.parse(second).secret);
  const environment = { ...safeProduction(), COUNTERSIGN_MASTER_KEY: first };
  assert.equal(
    (await run(['doctor'], { directory, environment: { ...environment, ...strongHashes } })).exitCode,
    0,
  );
});

const strongHashes = { COUNTERSIGN_ARGON2_MEMORY_KIB: '19456', COUNTERSIGN_ARGON2_PASSES: '2' };

test('doctor shows every setting and its source, and no secret', async (context) => {
  const key = randomBytes(32).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const directory = makeFolder(context, {
    'countersign.config.mjs': 'export default { accessTokenSeconds: 60 };',
  });
  const environment = {
    ...safeProduction(),
    ...strongHashes,
    COUNTERSIGN_MASTER_KEY: key,
    COUNTERSIGN_SIGNING_ALGORITHM: 'HS256',
    COUNTERSIGN_SIGNING_SECRET: secret,
  };
  for (const typed of [['doctor'], ['doctor', '--json']]) {
    const { exitCode, output } = await run(typed, { directory, environment });
    assert.equal(exitCode, 1, 'HS256 in production is worth a warning');
    for (const name of settingNames) assert.ok(output.includes(name), name);
    assert.ok(output.includes('[secret]'));
    assert.ok(!output.includes(key) && !output.includes(secret));
    assert.match(output, /RFC 7515/);
  }
  const { output } = await run(['doctor'], { directory, environment });
  assert.match(output, /accessTokenSeconds +60 +config/);
  assert.match(output, /issuer +https:\/\/auth\.example\.com +COUNTERSIGN_ISSUER/);
  assert.match(output, /port +4000 +default/);
});

test('doctor names the variable that was set: the _FILE one for a value out of a file', async (context) => {
  const { COUNTERSIGN_MASTER_KEY: key = '', ...production } = safeProduction();
  const directory = makeFolder(context, { key });
  const environment = { ...production, ...strongHashes, COUNTERSIGN_MASTER_KEY_FILE: 'key' };
  const { output } = await run(['doctor'], { directory, environment });
  assert.match(output, /masterKey +\[secret\] +COUNTERSIGN_MASTER_KEY_FILE$/m);
  assert.match(output, /issuer +\S+ +COUNTERSIGN_ISSUER$/m);
});

test('doctor is content with a safe production', async (context) => {
  const environment = { ...safeProduction(), ...strongHashes };
  const { exitCode, output } = await run(['doctor'], { directory: makeFolder(context), environment });
  assert.equal(exitCode, 0);
  assert.match(output, /Nothing unsafe was found/);
});

test('doctor names what would stop a start, and why', async (context) => {
  const environment = { ...safeProduction(), ...strongHashes, COUNTERSIGN_ISSUER: 'http://auth.example.com' };
  const { exitCode, output } = await run(['doctor'], { directory: makeFolder(context), environment });
  assert.equal(exitCode, 1);
  assert.match(output, /stops the start: COUNTERSIGN_ISSUER \(issuer\)/);
  assert.match(output, /because: RFC 8414/);
});

test('doctor tells programs about malformed settings as JSON', async (context) => {
  const { exitCode, output } = await run(['doctor', '--json'], {
    directory: makeFolder(context),
    environment: { COUNTERSIGN_PORT: 'x' },
  });
  assert.equal(exitCode, 1);
  assert.deepEqual(
    JSON.parse(output).problems.map((problem: { name: string }) => problem.name),
    ['port'],
  );
});
