import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { exportJwk, generateKey, type Key, signJwt } from '@countersign/tokens';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, run } from './recorded-terminal.ts';

export const issuer = 'https://auth.example.com';
export const audience = 'https://api.example.com';
export const nowSeconds: number = nowMs / 1000;
export const key: Key = generateKey('ES256', { keyId: 'k1' });
export const good = { iss: issuer, aud: audience, sub: 'u1', client_id: 'c1', jti: 'j1' };
export const expectations = [
  '--jwks',
  'jwks.json',
  '--issuer',
  issuer,
  '--audience',
  audience,
  '--typ',
  'at+jwt',
];

export interface Answer {
  readonly exitCode: number;
  readonly verified: boolean;
  readonly findings: readonly {
    kind: string;
    code?: string;
    member?: string;
    says: string;
    clause: string;
  }[];
  readonly inside?: Answer;
}

export function folder(context: TestContext): string {
  return makeFolder(context, { 'jwks.json': JSON.stringify({ keys: [exportJwk(key)] }) });
}

export async function explain(
  directory: string,
  token: string,
  options: readonly string[] = [],
): Promise<Answer> {
  const { exitCode, output, errors } = await run(['token', 'explain', '-', '--json', ...options], {
    directory,
    input: token,
    now: () => nowMs,
  });
  assert.equal(errors, '');
  return { exitCode, ...JSON.parse(output) };
}

export function makeToken(claims: object = good, by: Key = key): string {
  return signJwt(claims, { key: by, type: 'at+jwt', expiresInSeconds: 300, now: () => nowMs });
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export function forge(header: unknown, claims: unknown, signature = 'AAAA'): string {
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

export function codes({ findings }: Answer): string[] {
  return findings
    .filter(({ kind }) => kind === 'refused')
    .map(({ code, member }) => `${code} ${member ?? ''}`.trim());
}

export const at = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' };
export const timed = { ...good, iat: nowSeconds, exp: nowSeconds + 60 };
