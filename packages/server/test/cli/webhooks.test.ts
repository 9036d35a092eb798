import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFolder } from '../settings/settings-folder.ts';
import { isSigned, openReceiver } from '../webhooks/receiver.ts';
import { nowMs, run } from './recorded-terminal.ts';

test('a webhook is created, tested, listed and deleted at the command line', async (t) => {
  const directory = makeFolder(t);
  const receiver = await openReceiver(t);
  const created = await run(['webhooks', 'create', '--url', receiver.url, '--json'], { directory });
  assert.equal(created.exitCode, 0);
  const { webhook, secret } = JSON.parse(created.output);
  assert.match(secret, /^whsec_/);
  const tested = await run(['webhooks', 'test', webhook.id], { directory });
  assert.deepEqual([tested.exitCode, tested.output], [0, 'Delivered.']);
  const [sent] = await receiver.arrived(1);
  assert.ok(sent !== undefined && isSigned(sent, secret, nowMs));
  receiver.answer = (response) => void response.writeHead(500).end();
  const failed = await run(['webhooks', 'test', webhook.id], { directory });
  assert.deepEqual([failed.exitCode, failed.output], [1, 'Not delivered: status_500']);
  const listed = await run(['webhooks', 'list'], { directory });
  assert.ok(listed.output.includes(receiver.url));
  assert.ok(!listed.output.includes('whsec_'));
  assert.equal((await run(['webhooks', 'delete', webhook.id], { directory })).exitCode, 0);
  assert.equal((await run(['webhooks', 'list'], { directory })).output, 'There are no webhooks.');
  assert.equal((await run(['webhooks', 'delete', webhook.id], { directory })).exitCode, 1);
});

test('an address that may not be called is refused, with the reason', async (t) => {
  const directory = makeFolder(t);
  const { exitCode, errors } = await run(['webhooks', 'create', '--url', 'https://10.0.0.1/'], { directory });
  assert.equal(exitCode, 1);
  assert.match(errors, /url must be an address on the internet/);
  assert.equal((await run(['webhooks', 'create'], { directory })).exitCode, 2);
});
