import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createServer, type Server } from 'countersign';
import type { FeedClient } from '@countersign/guard';
import { runCommand } from '../shop/server-process.ts';
import { type Administrator, createAdministrator, type Credentials } from './administrator.ts';

export interface Issuer {
  readonly url: string;
  readonly administrator: Administrator;
  /** The user of the page: its id and how the page signs in. */
  readonly userId: string;
  readonly credentials: Credentials;
  /** Of the client that the guards of the two APIs follow the feed with. */
  readonly feed: FeedClient;
  /** Calls `listener` when the server has read a commit of its own that denies something. */
  onCommit(listener: (commit: Commit) => void): void;
  close(): Promise<void>;
}

export interface Commit {
  /** Number of the event in the feed. */
  readonly seq: number;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly atMs: number;
}

const countersign = fileURLToPath(new URL('../../packages/server/bin/countersign.js', import.meta.url));

/**
 * The auth server in this process, with a database in `folder`, an administrator, a user and a client for the
 * guards. All passwords and keys are drawn here and live as long as the process.
 */
export async function startIssuer(folder: string, port: number, pageOrigin: string): Promise<Issuer> {
  const url = `http://localhost:${port}`;
  const databaseUrl = `sqlite:${folder}/live.db`;
  const masterKey = randomBytes(32).toString('base64url');
  const admin = { identifier: 'admin@example.com', password: drawPassword() };
  await addAdministrator(admin, {
    ...process.env,
    COUNTERSIGN_MODE: 'development',
    COUNTERSIGN_ISSUER: url,
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_MASTER_KEY: masterKey,
    COUNTERSIGN_MASTER_KEY_FILE: undefined,
  });
  const server = await createServer({
    mode: 'development',
    issuer: url,
    port,
    databaseUrl,
    masterKey,
    corsOrigins: [pageOrigin],
    registration: 'closed',
    logLevel: 'warn',
    shutdownSeconds: 2,
  });
  await server.listen();
  const administrator = createAdministrator(server, url, admin);
  const credentials = { identifier: 'alice@example.com', password: drawPassword() };
  return {
    url,
    administrator,
    ...(await furnish(administrator, credentials)),
    credentials,
    onCommit: (listener) => tellCommits(server, listener),
    close: () => server.close(),
  };
}

/** The first one can only be made where the database is. */
async function addAdministrator(admin: Credentials, environment: NodeJS.ProcessEnv): Promise<void> {
  const words = ['users', 'create', '--email', admin.identifier, '--admin', '--password-stdin'];
  const { code, message } = await runCommand(
    { parameters: [countersign, ...words], environment },
    admin.password,
  );
  if (code !== 0) throw new Error(`The administrator could not be made:\n${message}`);
}

async function furnish(
  administrator: Administrator,
  { identifier: email, password }: Credentials,
): Promise<Pick<Issuer, 'userId' | 'feed'>> {
  await administrator.call('POST', '/v1/admin/roles', { name: 'reviewer', permissions: [] });
  const { user }: { user: { id: string } } = await administrator.call('POST', '/v1/admin/users', {
    email,
    password,
    name: 'Alice',
  });
  const made: { client: { id: string }; client_secret: string } = await administrator.call(
    'POST',
    '/v1/admin/clients',
    { name: 'the two APIs', scopes: ['revocations:read'] },
  );
  return { userId: user.id, feed: { clientId: made.client.id, clientSecret: made.client_secret } };
}

function tellCommits(server: Server, listener: (commit: Commit) => void): void {
  const { view } = server.house.feed;
  view.onChange(() => listener({ seq: view.seq, atMs: Date.now() }));
}

function drawPassword(): string {
  return randomBytes(24).toString('base64url');
}
