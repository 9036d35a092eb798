import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient } from '../src/create-client.ts';
import { readSurroundings } from '../src/surroundings.ts';
import { createScriptedIssuer } from './scripted-issuer.ts';

describe('in Node', () => {
  it('knows that it is a server, unless a fetch of the caller keeps the cookies', () => {
    assert.equal(readSurroundings({}).isServer, true);
    assert.equal(readSurroundings({ fetch: globalThis.fetch }).isServer, false);
    assert.equal(readSurroundings({}).pageOrigin(), undefined);
  });

  it('has a clock that does not run backwards', () => {
    const { now } = readSurroundings({});
    const first = now();
    assert.ok(now() >= first);
  });

  it('touches no storage that was not chosen', async () => {
    const issuer = createScriptedIssuer();
    const touched: string[] = [];
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => {
          touched.push(name);
          return undefined;
        },
      });
    }
    const chosen = createClient({ issuer: issuer.url, storage: 'localStorage', fetch: issuer.fetch });
    const memory = createClient({ issuer: issuer.url, storage: 'memory', fetch: issuer.fetch });
    await memory.restore();
    await memory.signIn({ identifier: 'ann', password: 'right' });
    createClient({ issuer: issuer.url, storage: 'cookie' }).close();
    assert.deepEqual(touched, []);
    await chosen.restore();
    assert.deepEqual(touched, ['localStorage']);
    for (const auth of [chosen, memory]) auth.close();
    Reflect.deleteProperty(globalThis, 'localStorage');
    Reflect.deleteProperty(globalThis, 'sessionStorage');
  });

  it('a client that was made and left does not keep the process alive', async () => {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const source = new URL('../src/index.ts', import.meta.url).href;
    const script = `
      import { createClient } from ${JSON.stringify(source)};
      for (const storage of ['memory', 'localStorage', 'sessionStorage', 'cookie']) {
        createClient({ issuer: 'https://auth.example', storage });
      }
      console.log('made');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    assert.equal(stdout, 'made\n');
  });
});
