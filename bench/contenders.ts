import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOurs } from './installed-package.ts';

export interface Contender {
  readonly name: string;
  readonly version: string;
  /** What it was measured with, for the table. */
  readonly setup: string;
  /** Of `node`. */
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Answers 200 as soon as the server serves. */
  readonly path: string;
}

const peers = fileURLToPath(new URL('peers', import.meta.url));

/** Each listens on `port` alone, in turns. @param folder empty; databases and our packages go there */
export function prepareContenders(folder: string, port: number): readonly Contender[] {
  const secret = randomBytes(32).toString('base64url');
  const base = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', PORT: String(port) };
  const own = join(folder, 'countersign');
  const other = join(folder, 'peers');
  mkdirSync(own);
  mkdirSync(other);
  const peerEnvironment = { ...base, BENCH_SECRET: secret, BENCH_JWK: makeJwk() };
  const peer = { environment: peerEnvironment, directory: other };
  execFileSync(process.execPath, [join(peers, 'better-auth-migrate.mjs')], {
    cwd: other,
    env: peerEnvironment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return [
    {
      name: 'Countersign',
      version: versionOf('../packages/server'),
      setup: 'production, SQLite, ES256',
      parameters: [installOurs(own), 'serve'],
      environment: { ...base, ...ourSettings(secret, port) },
      directory: own,
      path: '/health/ready',
    },
    {
      name: 'oidc-provider',
      version: versionOf('node_modules/oidc-provider'),
      setup: 'its memory adapter, ES256',
      parameters: [join(peers, 'oidc-provider.mjs')],
      path: '/.well-known/openid-configuration',
      ...peer,
    },
    {
      name: 'better-auth',
      version: versionOf('node_modules/better-auth'),
      setup: '`node:http`, SQLite of Node',
      parameters: [join(peers, 'better-auth.mjs')],
      path: '/api/auth/ok',
      ...peer,
    },
    {
      name: '`node:http`',
      version: process.versions.node,
      setup: 'the limit: an empty server',
      parameters: [join(peers, 'node-http.mjs')],
      path: '/',
      ...peer,
    },
  ];
}

/** As behind a proxy that provides HTTPS: the nearest to production that loopback allows. */
function ourSettings(masterKey: string, port: number): Readonly<Record<string, string>> {
  return {
    COUNTERSIGN_MODE: 'production',
    COUNTERSIGN_ISSUER: 'https://auth.example.com',
    COUNTERSIGN_TRUSTED_PROXIES: '127.0.0.1',
    COUNTERSIGN_MASTER_KEY: masterKey,
    COUNTERSIGN_PORT: String(port),
  };
}

function makeJwk(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'ES256' });
}

function versionOf(folder: string): string {
  const manifest = new URL(`${folder}/package.json`, import.meta.url);
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version);
}
