import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type JsonSchema, toJsonSchema } from '../../src/http/json-schema.ts';
import type { Route } from '../../src/http/route.ts';
import { listRoutes } from '../../src/http/routes.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { type Call, send, signUp, unknownId } from './http-ground.ts';

/**
 * Members that may be written down as they come: they are shown to people, or
 * name something. Everything else that a caller can send is a secret until it
 * stands here.
 */
const shown: ReadonlySet<string> = new Set([
  'email',
  'name',
  'username',
  'description',
  'reason',
  'subject',
  'url',
  'language',
]);

/** A text that is found again wherever it goes, in a form that as many members as possible accept. */
const canary = 'CanaryTokenThatSinks22';

test('A-179, A-410: whatever a caller sends as a secret stands in no log line, no audit row and no database', async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const person = await signUp(server, ['admin']);
  let sent = 0;
  for (const route of listRoutes()) {
    for (const token of [undefined, person.accessToken, canary]) {
      sent += await sendCanaries(server, route, token);
    }
  }
  assert.ok(sent > 300, `only ${sent} calls carried a canary`);
  await server.house.messages.settled();
  assert.deepEqual(
    server.logLines.filter((line) => line.includes(canary)),
    [],
  );
  const audit = await server.house.store.read(
    sql<{
      detail: string;
    }>`SELECT detail || coalesce(subject, '') || coalesce(actor, '') AS detail FROM audit`,
  );
  assert.deepEqual(
    audit.filter(({ detail }) => detail.includes(canary)),
    [],
  );
  const folder = join(server.directory, 'data');
  for (const file of readdirSync(folder)) {
    assert.equal(readFileSync(join(folder, file)).includes(canary), false, file);
  }
});

async function sendCanaries(server: TestServer, route: Route, token: string | undefined): Promise<number> {
  const base: Call = { method: route.method, ...(token !== undefined && { token }) };
  const path = route.path.replaceAll(/\{\w+\}/g, unknownId);
  const headers = { cookie: `cs_refresh=${canary}; cs_session=${canary}`, 'idempotency-key': canary };
  const calls: Call[] = [{ ...base, headers, path: `${path}?token=${canary}` }];
  for (const body of bodiesOf(route)) {
    const isForm = route.input.bodyType === 'form';
    calls.push({ ...base, path, headers, ...(isForm ? { form: body } : { json: body }) });
  }
  for (const call of calls) {
    server.clock.advanceMs(1000);
    await send(server, { path, ...call });
  }
  return calls.length;
}

/** One with every secret member as a canary, and one for each member alone beside what is required. */
function bodiesOf({ input }: Route): readonly Readonly<Record<string, string>>[] {
  if (input.body === undefined) return [];
  const { properties = {}, anyOf = [] } = toJsonSchema(input.body, 'input', new Map());
  const all = [properties, ...anyOf.map((one) => one.properties ?? {})];
  return all.flatMap((members) => {
    const secrets = Object.entries(members).filter(([name]) => !shown.has(name));
    const whole = Object.fromEntries(secrets.map(([name, schema]) => [name, textFor(schema)]));
    const named = Object.fromEntries(
      Object.keys(members)
        .filter((name) => shown.has(name))
        .map((name) => [name, 'somebody@example.com']),
    );
    return [{ ...named, ...whole }, ...secrets.map(([name]) => ({ ...named, [name]: canary }))];
  });
}

function textFor(schema: JsonSchema): string {
  const [first] = schema.enum ?? [];
  return typeof first === 'string' ? first : canary;
}
