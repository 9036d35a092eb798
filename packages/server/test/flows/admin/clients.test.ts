import assert from 'node:assert/strict';
import test from 'node:test';
import { changeClient } from '../../../src/flows/admin/change-client.ts';
import { createClient } from '../../../src/flows/admin/create-client.ts';
import { deleteClient } from '../../../src/flows/admin/delete-client.ts';
import { listClients } from '../../../src/flows/admin/list-clients.ts';
import { readMachineClient } from '../../../src/flows/admin/machine-client.ts';
import { rotateClientSecret } from '../../../src/flows/admin/rotate-client-secret.ts';
import { issueClientToken } from '../../../src/flows/issue-client-token.ts';
import { findClient } from '../../../src/store/clients.ts';
import { commandLine, openAdminHouse, readEvents, refusal } from './open-admin-house.ts';
import { readActions, source } from '../test-house.ts';

const actor = commandLine;
const reporter = { actor, name: 'Reporter', scopes: ['orders:read', 'revocations:read'] };
const invalidClient = refusal('invalid_client');

test('A-399: the secret is shown once, kept as a hash, and no answer carries it again', async (t) => {
  const { house } = await openAdminHouse(t);
  const { client, clientSecret } = await createClient(house, reporter, source);
  assert.match(client.id, /^c_[A-Za-z0-9_-]{22}$/);
  assert.match(clientSecret, /^cs_cs_[A-Za-z0-9_-]{43}$/);
  const seen = [
    await listClients(house, {}),
    await readMachineClient(house, client.id),
    await changeClient(house, { actor, clientId: client.id, change: { name: 'R' } }, source),
  ];
  assert.doesNotMatch(JSON.stringify(seen), /secret|cs_cs_/i);
  const [row] = await house.store.read(findClient(client.id));
  assert.equal(row?.secretHash?.length, 32);
});

test('a client gets tokens with its scopes until it is disabled, and again when it is enabled', async (t) => {
  const { house } = await openAdminHouse(t);
  const { client, clientSecret } = await createClient(house, reporter, source);
  const ask = { clientId: client.id, clientSecret, scope: undefined };
  assert.equal((await issueClientToken(house, ask, source)).scope, 'orders:read revocations:read');
  await changeClient(house, { actor, clientId: client.id, change: { disabled: true } }, source);
  await assert.rejects(issueClientToken(house, ask, source), invalidClient);
  assert.deepEqual(await readEvents(house), [{ scope: 'client', subject: client.id }]);
  const enabled = await changeClient(
    house,
    { actor, clientId: client.id, change: { disabled: false, scopes: ['orders:read'] } },
    source,
  );
  assert.equal(enabled.disabledAtMs, null);
  assert.equal((await issueClientToken(house, ask, source)).scope, 'orders:read');
  assert.equal((await readEvents(house)).length, 2, 'other scopes end the tokens that say the old ones');
});

test('a new secret ends the old one and every token that it got', async (t) => {
  const { house } = await openAdminHouse(t);
  const { client, clientSecret } = await createClient(house, reporter, source);
  const [before] = await house.store.read(findClient(client.id));
  const rotated = await rotateClientSecret(house, { actor, clientId: client.id }, source);
  const [after] = await house.store.read(findClient(client.id));
  assert.equal(after?.generation, (before?.generation ?? 0) + 1);
  assert.deepEqual(await readEvents(house), [{ scope: 'client', subject: client.id }]);
  const ask = { clientId: client.id, scope: undefined };
  await assert.rejects(issueClientToken(house, { ...ask, clientSecret }, source), invalidClient);
  await issueClientToken(house, { ...ask, clientSecret: rotated.clientSecret }, source);
});

test('a removed client is gone with its tokens', async (t) => {
  const { house } = await openAdminHouse(t);
  const { client, clientSecret } = await createClient(house, reporter, source);
  await deleteClient(house, { actor, clientId: client.id }, source);
  assert.deepEqual(await readEvents(house), [{ scope: 'client', subject: client.id }]);
  const ask = { clientId: client.id, clientSecret, scope: undefined };
  await assert.rejects(issueClientToken(house, ask, source), invalidClient);
  await assert.rejects(deleteClient(house, { actor, clientId: client.id }, source), refusal('not_found'));
  assert.deepEqual((await listClients(house, {})).items, []);
});

test('the client of our own applications is not listed, changed, given a secret or removed', async (t) => {
  const { house } = await openAdminHouse(t);
  const clientId = 'first-party';
  const notFound = refusal('not_found');
  assert.deepEqual((await listClients(house, {})).items, []);
  await assert.rejects(
    changeClient(house, { actor, clientId, change: { disabled: true } }, source),
    notFound,
  );
  await assert.rejects(rotateClientSecret(house, { actor, clientId }, source), notFound);
  await assert.rejects(deleteClient(house, { actor, clientId }, source), notFound);
  assert.equal((await house.store.read(findClient(clientId)))[0]?.secretHash, null);
  assert.deepEqual(await readActions(house), []);
});

test('scopes are tokens of RFC 6749 section 3.3, at most fifty', async (t) => {
  const { house } = await openAdminHouse(t);
  for (const scopes of [
    ['a b'],
    ['a"'],
    ['a\\'],
    ['ü'],
    [''],
    Array.from({ length: 51 }, (_, i) => `s${i}`),
  ]) {
    await assert.rejects(createClient(house, { ...reporter, scopes }, source), refusal('invalid_request'));
  }
  const { client } = await createClient(
    house,
    { ...reporter, scopes: ['https://api.example/read', '!#~'] },
    source,
  );
  assert.deepEqual(client.scopes, ['!#~', 'https://api.example/read']);
});

test('changing nothing writes nothing', async (t) => {
  const { house } = await openAdminHouse(t);
  const { client } = await createClient(house, reporter, source);
  for (const change of [{}, { disabled: false }]) {
    assert.deepEqual(await changeClient(house, { actor, clientId: client.id, change }, source), client);
  }
  assert.deepEqual(await readActions(house), ['client.created']);
});
