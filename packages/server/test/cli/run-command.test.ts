import assert from 'node:assert/strict';
import test from 'node:test';
import { commands } from '../../src/cli/commands.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { run } from './recorded-terminal.ts';

test('without a command, and for --help and help, all commands are listed with a line each', async (context) => {
  const directory = makeFolder(context);
  for (const typed of [[], ['--help'], ['-h'], ['help']]) {
    const { exitCode, output } = await run(typed, { directory });
    assert.equal(exitCode, 0);
    for (const command of commands) assert.ok(output.includes(command.summary), command.name);
  }
});

for (const command of commands) {
  test(`${command.name} --help tells every option`, async (context) => {
    const { exitCode, output } = await run([...command.name.split(' '), '--help'], {
      directory: makeFolder(context),
    });
    assert.equal(exitCode, 0);
    assert.ok(output.includes(command.summary));
    for (const option of Object.keys(command.options ?? {}))
      assert.ok(output.includes(`--${option}`), option);
    for (const line of output.split('\n')) assert.ok(line.length <= 110, line);
  });
}

test('no command takes a password or a secret as the value of an option', () => {
  const taking = commands.flatMap((command) =>
    Object.entries(command.options ?? {})
      .filter(
        ([name, option]) =>
          option.type === 'string' && /password|^secret$|token|key/.test(name) && !/-(file|env)$/.test(name),
      )
      .map(([name]) => `${command.name} --${name}`),
  );
  assert.deepEqual(taking, []);
});

test('--version is the version of the package', async (context) => {
  const { output } = await run(['--version'], { directory: makeFolder(context) });
  assert.match(output, /^\d+\.\d+\.\d+/);
});

const wrongUsage: readonly (readonly [typed: string, said: RegExp])[] = [
  ['doctr', /there is no command "doctr"; did you mean "doctor"\?/],
  ['user list', /did you mean "users list"\?/],
  ['users', /there are: users create/],
  ['users creat', /there is no command "users creat"; there are: users create/],
  ['frobnicate', /countersign --help lists all/],
  ['doctor --jsno', /no option --jsno; did you mean --json\?/],
  ['doctor --jsno=1', /did you mean --json\?/],
  ['doctor -x', /no option --x/],
  ['doctor now', /takes no operands/],
  ['users disable', /<user> is missing/],
  ['users disable a b', /takes <user>/],
  ['users create', /--email is missing/],
  ['users create --email', /'--email <value>' argument missing/],
  ['users create --email a@example.com', /--password-stdin or --password-generate/],
  ['users create --email a@example.com --password-stdin --password-generate', /choose one/],
  ['users set-roles a', /--role/],
  ['users list --limit many', /--limit is a number/],
  ['clients create', /--name is missing/],
  ['token verify x.y.z', /--issuer is missing/],
  ['token verify x.y.z --issuer https://a.example', /one of --jwks and --secret-file/],
  ['token verify x.y.z --issuer https://a.example --jwks http://a.example/jwks', /over https/],
  ['token verify x.y.z --issuer https://a.example --jwks missing.json', /cannot be read/],
  ['token decode', /no token on standard input/],
  ['token verify x.y.z --issuer https://a.example --jwks a.json --alg ES255', /--alg is one of HS256, /],
  ['token verify x.y.z --issuer https://a.example --jwks a.json --alg HS256', /never a secret/],
  ['token explain', /no token on standard input/],
  ['token explain x.y.z --jwks a.json --secret-file b', /one of --jwks and --secret-file/],
  ['token explain x.y.z --jwks missing.json', /cannot be read/],
  ['token sign', /one of --key-file and --key-env/],
  ['token sign --key-file a --key-env b', /one of --key-file and --key-env/],
  ['token sign --key-env NOT_THERE', /the environment has no NOT_THERE/],
  ['token sign --key-file missing', /cannot be read/],
  ['token sign --key-file missing --expires-in soon', /--expires-in is a number of seconds/],
  ['token sign --secret x', /no option --secret/],
];
for (const [typed, said] of wrongUsage) {
  test(`wrong usage: countersign ${typed}`, async (context) => {
    const { exitCode, output, errors } = await run(typed.split(' '), { directory: makeFolder(context) });
    assert.equal(exitCode, 2);
    assert.match(errors, said);
    assert.equal(output, '');
    assert.ok(!errors.includes('\n    at '), 'no stack');
  });
}

test('A-443: a password on the command line is refused with the way out, and not repeated', async (context) => {
  const typed = ['users', 'create', '--email', 'a@example.com', '--password', 'canary-7351'];
  for (const variant of [typed, [...typed.slice(0, 4), '--password=canary-7351']]) {
    const { exitCode, errors } = await run(variant, { directory: makeFolder(context) });
    assert.equal(exitCode, 2);
    assert.match(errors, /--password-stdin/);
    assert.ok(!errors.includes('canary-7351'));
  }
});

test('a refused start is exit code 1 and names the setting', async (context) => {
  const environment = { COUNTERSIGN_MODE: 'production' };
  for (const typed of [['serve'], ['users', 'list'], ['keys', 'list'], ['doctor']]) {
    const { exitCode, errors } = await run(typed, { directory: makeFolder(context), environment });
    assert.equal(exitCode, 1, typed.join(' '));
    assert.match(errors, /COUNTERSIGN_ISSUER \(issuer\) is required in production/);
  }
});

const dashedIds: readonly (readonly [typed: string, said: RegExp])[] = [
  ['sessions end -0IbGv0gXyQx5oFv2cG1iA', /no such session/],
  ['revoke session --IbGv0gXyQx5oFv2cG1iA --reason lost', /no such session/],
  ['revoke session --reason lost -- -0IbGv0gXyQx5oFv2cG1iA', /no such session/],
  ['keys compromise --5M8ESMX6V59jlbaZuhUUt6tWyJS6ECx0pMX2YsP3M --reason leaked', /no such key/],
];
for (const [typed, said] of dashedIds) {
  test(`an id that begins with a dash is an id: countersign ${typed}`, async (context) => {
    const { exitCode, errors } = await run(typed.split(' '), { directory: makeFolder(context) });
    assert.equal(exitCode, 1);
    assert.match(errors, said);
  });
}
