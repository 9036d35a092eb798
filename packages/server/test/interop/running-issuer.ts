import type { TestContext } from 'node:test';
import type { SettingsInput } from '../../src/settings/settings.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { findFreePort } from '../free-port.ts';

const password = 'a wristband for alice';

export interface RunningIssuer extends TestServer {
  /** From a log-in over HTTP. */
  readonly accessToken: string;
}

/** An auth server that listens, with an account that is signed in. */
export async function startIssuer(t: TestContext, settings: SettingsInput): Promise<RunningIssuer> {
  const port = await findFreePort();
  const server = await startTestServer({
    settings: { issuer: `http://localhost:${port}`, port, ...settings },
    startMs: Date.now(),
  });
  t.after(() => server.close());
  await server.listen();
  await post(server, '/v1/register', { email: 'alice@example.com', password });
  const signedIn = await post(server, '/v1/login', { identifier: 'alice@example.com', password });
  return { ...server, accessToken: signedIn.access_token };
}

async function post(server: TestServer, path: string, body: object): Promise<{ access_token: string }> {
  const response = await fetch(server.issuer + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
