import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { hasPyJwt } from '../../../../test/prepare-machine.ts';
import { commandLine } from '../../src/cli/open-house.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { source } from '../flows/test-house.ts';
import { startIssuer } from './running-issuer.ts';

const python = '/usr/bin/python3';
const root = join(import.meta.dirname, '../../../..');
const folder = join(root, 'examples/python-verifier');
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const options = { skip: hasPyJwt() ? false : 'there is no PyJWT' };

test('the verifier in Python agrees with the vectors of the feed', options, () => {
  const vectors = join(root, 'packages/revocation/test/vectors/feed.json');
  const said = execFileSync(python, ['check_vectors.py', vectors], { cwd: folder, env, encoding: 'utf8' });
  assert.equal(said, 'the vectors hold\n');
});

test(
  'A-258: the verifier in Python follows a real server, and refuses a session that ended',
  options,
  async (t) => {
    const server = await startIssuer(t, {});
    const asked = { actor: commandLine, name: 'a service in Python', scopes: ['revocations:read'] };
    const { client, clientSecret } = await createClient(server.house, asked, source);
    const verifier = spawn(python, ['verify.py', server.issuer, server.issuer, '300'], {
      cwd: folder,
      env: { ...env, CLIENT_ID: client.id, CLIENT_SECRET: clientSecret },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => verifier.kill());
    const lines = createInterface({ input: verifier.stdout })[Symbol.asyncIterator]();
    const ask = async (token: string): Promise<{ verdict: string; sub: string | null; seq: number }> => {
      verifier.stdin.write(`${token}\n`);
      return JSON.parse((await lines.next()).value ?? '{}');
    };
    const before = await ask(server.accessToken);
    assert.equal(before.verdict, 'live');
    assert.match(before.sub ?? '', /./);
    assert.equal((await ask(`${server.accessToken.slice(0, -4)}AAAA`)).verdict, 'InvalidSignatureError');
    const headers = { Authorization: `Bearer ${server.accessToken}` };
    const left = await fetch(`${server.issuer}/v1/logout`, { method: 'POST', headers });
    assert.equal(left.status, 204);
    const after = await ask(server.accessToken);
    assert.equal(after.verdict, 'revoked');
    assert.ok(after.seq > before.seq);
  },
);
