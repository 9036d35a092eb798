import assert from 'node:assert/strict';
import test from 'node:test';
import { createCookies } from '../../src/http/cookies.ts';

const secure = createCookies('https://auth.example.com');
const local = createCookies('http://localhost:4000');
const token = `cs_rt_${'A'.repeat(71)}`;

test('A-350: the cookie is bound to the host and to HTTPS, and out of reach of scripts', () => {
  const line = secure.write({ kind: 'set', cookie: 'refresh', value: token, maxAgeSeconds: 60 });
  assert.equal(line, `__Host-cs_refresh=${token}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure`);
  assert.ok(!/domain/i.test(line));
  assert.ok(line.length < 4096);
});

test('A-350: plain http on localhost goes without prefix and Secure', () => {
  const line = local.write({ kind: 'set', cookie: 'refresh', value: token, maxAgeSeconds: 60 });
  assert.equal(line, `cs_refresh=${token}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict`);
});

test('the cookie is deleted with the attributes it was set with', () => {
  const line = secure.write({ kind: 'delete', cookie: 'refresh' });
  assert.equal(line, '__Host-cs_refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure');
});

test('A-350: every cookie is HttpOnly, for this host alone; without an age it ends with the browser', () => {
  for (const cookie of ['refresh', 'session', 'device', 'flow'] as const) {
    const line = secure.write({ kind: 'set', cookie, value: 'v', maxAgeSeconds: undefined });
    const sameSite = cookie === 'refresh' ? 'Strict' : 'Lax';
    assert.equal(line, `__Host-cs_${cookie}=v; Path=/; HttpOnly; SameSite=${sameSite}; Secure`);
  }
});

test('each cookie is read by its own name', () => {
  const header = '__Host-cs_session=s; __Host-cs_flow=f; cs_device=d';
  assert.equal(secure.read(header, 'session').value, 's');
  assert.equal(secure.read(header, 'flow').value, 'f');
  assert.equal(secure.read(header, 'device').value, undefined);
});

const rows: readonly {
  readonly name: string;
  readonly header: string | null;
  readonly isPresent: boolean;
  readonly value?: string;
}[] = [
  { name: 'no header', header: null, isPresent: false },
  { name: 'the cookie alone', header: `__Host-cs_refresh=${token}`, isPresent: true, value: token },
  { name: 'among others', header: `a=b; __Host-cs_refresh=${token};c`, isPresent: true, value: token },
  { name: 'A-351: twice', header: `__Host-cs_refresh=${token}; __Host-cs_refresh=x`, isPresent: true },
  {
    name: 'A-351: twice the same',
    header: `__Host-cs_refresh=${token};__Host-cs_refresh=${token}`,
    isPresent: true,
  },
  { name: 'A-351: without the prefix', header: `cs_refresh=${token}`, isPresent: false },
  { name: 'a name in another case', header: `__host-cs_refresh=${token}`, isPresent: false },
  { name: 'a name with a space', header: `__Host-cs_refresh =${token}`, isPresent: false },
  { name: 'A-352: quotes', header: `__Host-cs_refresh="${token}"`, isPresent: true },
  { name: 'A-352: a percent sign', header: '__Host-cs_refresh=%', isPresent: true },
  { name: 'A-352: empty', header: '__Host-cs_refresh=', isPresent: true },
  { name: 'A-352: a prototype', header: '__proto__=x; constructor=y; =; ;;', isPresent: false },
  { name: 'A-352: ten thousand', header: 'a=b;'.repeat(10_000), isPresent: false },
  { name: 'A-352: long', header: `__Host-cs_refresh=${'a'.repeat(10_000)}`, isPresent: true },
];

for (const { name, header, isPresent, value } of rows) {
  test(`cookies are read strictly: ${name}`, () => {
    assert.deepEqual(secure.read(header, 'refresh'), { isPresent, value });
  });
}
