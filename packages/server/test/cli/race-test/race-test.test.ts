import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'node:test';
import { startIssuer } from '../../interop/running-issuer.ts';
import { makeFolder } from '../../settings/settings-folder.ts';
import { run } from '../recorded-terminal.ts';

const account = ['--identifier', 'alice@example.com', '--password-stdin'];
const input = 'a wristband for alice';

test('the command signs in, tries everything and says what it saw, without a token or the password', async (t) => {
  const server = await startIssuer(t, {});
  const target = `${server.issuer}/v1/refresh`;
  const typed = [
    'race-test',
    '--target',
    target,
    ...account,
    '--later-seconds',
    '0',
    '--callers',
    '4',
    '--json',
  ];
  const { exitCode, output } = await run(typed, { directory: makeFolder(t), input });
  assert.equal(exitCode, 0, output);
  const { findings } = JSON.parse(output);
  assert.ok(findings.length >= 12);
  assert.doesNotMatch(output, /cs_rt_|wristband/);
});

test('nothing that could be checked is exit code 3, not a pass', async (t) => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const address = gone.address();
  assert.ok(typeof address === 'object' && address !== null);
  gone.close();
  await once(gone, 'close');
  const target = `http://127.0.0.1:${address.port}/token`;
  const typed = ['race-test', '--target', target, '--login-command', 'echo token', '--later-seconds', '0'];
  const { exitCode, output } = await run([...typed, '--callers', '2'], { directory: makeFolder(t), input });
  assert.equal(exitCode, 3, output);
});

const refused = [
  { name: 'no target', typed: account },
  { name: 'a target in the clear', typed: ['--target', 'http://auth.example.com/v1/refresh', ...account] },
  { name: 'credentials in the address', typed: ['--target', 'https://a:b@auth.example.com/t', ...account] },
  { name: 'no way to sign in', typed: ['--target', 'https://auth.example.com/v1/refresh'] },
  {
    name: 'a password for a foreign server',
    typed: ['--target', 'https://auth.example.com/token', ...account],
  },
  {
    name: 'a login command that prints no token',
    typed: ['--target', 'https://auth.example.com/token', '--login-command', 'echo two words'],
  },
  {
    name: 'a login command that fails',
    typed: ['--target', 'https://auth.example.com/token', '--login-command', 'exit 3'],
  },
  {
    name: 'too many callers',
    typed: ['--target', 'https://auth.example.com/v1/refresh', '--callers', '501', ...account],
  },
];

for (const { name, typed } of refused) {
  test(`${name} is wrong usage`, async (t) => {
    const { exitCode } = await run(['race-test', ...typed], { directory: makeFolder(t), input });
    assert.equal(exitCode, 2);
  });
}
