import assert from 'node:assert/strict';
import test from 'node:test';
import { runCommand } from '../../src/cli/run-command.ts';
import { addFollower } from '../feed/feed-ground.ts';
import { startIssuer } from '../interop/running-issuer.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { recordTerminal, run } from './recorded-terminal.ts';

test('relay follows the issuer, says where it serves, and ends with the first signal', async (t) => {
  const issuer = await startIssuer(t, {});
  const { id, secret, token } = await addFollower(issuer);
  const { terminal, logged, sendStopSignal } = recordTerminal({
    directory: makeFolder(t),
    environment: { COUNTERSIGN_RELAY_CLIENT_SECRET: secret },
    now: issuer.clock.now,
  });
  const typed = ['relay', '--issuer', issuer.issuer, '--client-id', id, '--port', '0'];
  const ended = runCommand(typed, terminal);
  const feed = String((await logged('relay.listening'))['feed']);
  const answer = await fetch(`${feed}/log?after=0`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 410);
  sendStopSignal();
  assert.equal(await ended, 0);
});

test('relay names everything that it lacks, and never takes a secret as an argument', async (t) => {
  const directory = makeFolder(t);
  const { exitCode, errors } = await run(['relay'], { directory });
  assert.equal(exitCode, 1);
  for (const name of ['ISSUER', 'RELAY_CLIENT_ID', 'RELAY_CLIENT_SECRET']) {
    assert.match(errors, new RegExp(`COUNTERSIGN_${name} .*is required`));
  }
  assert.equal((await run(['relay', '--client-secret', 'x'], { directory })).exitCode, 2);
});

test('A-446: in production a relay asks for HTTPS on both sides', async (t) => {
  const environment = {
    COUNTERSIGN_MODE: 'production',
    COUNTERSIGN_ISSUER: 'http://auth.example.com',
    COUNTERSIGN_RELAY_CLIENT_ID: 'c',
    COUNTERSIGN_RELAY_CLIENT_SECRET: 'an example of a secret',
    COUNTERSIGN_RELAY_UPSTREAM: 'http://relay.example.com/revocations',
  };
  const { exitCode, errors } = await run(['relay'], { directory: makeFolder(t), environment });
  assert.equal(exitCode, 1);
  for (const name of ['ISSUER', 'TRUSTED_PROXIES', 'RELAY_UPSTREAM']) {
    assert.match(errors, new RegExp(`COUNTERSIGN_${name} `));
  }
  assert.ok(!errors.includes('an example of a secret'));
});
