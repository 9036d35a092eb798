import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { House } from '../../src/base/house.ts';
import { createUser } from '../../src/flows/admin/create-user.ts';
import { commitAct } from '../../src/flows/commit-act.ts';
import { openSession } from '../../src/flows/open-session.ts';
import { readProfile } from '../../src/flows/read-profile.ts';
import { refresh } from '../../src/flows/refresh.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { keepFactors } from '../../src/rules/second-factor-needed.ts';
import { sql } from '../../src/store/sql.ts';
import { findForSignIn } from '../../src/store/users.ts';
import { startTestServer } from '../../src/testing.ts';
import { callerOf, claimsOf, source } from '../flows/test-house.ts';

const roles = ['admin', 'user', 'auditor', 'clerk', 'lead'] as const;
const permissions = ['a', 'a:b', 'c', 'users:write', 'audit:read'] as const;

const methods = [
  ['pwd'],
  ['pwd', 'otp'],
  ['pwd', 'otp', 'mfa'],
  ['swk', 'user', 'mfa'],
  ['mfa-like'],
  ['otp'],
] as const;

const world = fc.record({
  grants: fc.uniqueArray(
    fc.tuple(fc.constantFrom('auditor', 'clerk', 'lead', 'user'), fc.constantFrom(...permissions)),
    { maxLength: 12, selector: (grant) => grant.join('/') },
  ),
  assigned: fc.uniqueArray(fc.constantFrom(...roles)),
  policy: fc.uniqueArray(fc.constantFrom(...roles, 'nobody')),
  laterPolicy: fc.uniqueArray(fc.constantFrom(...roles, 'nobody')),
  amr: fc.constantFrom(...methods),
  laterAmr: fc.constantFrom(...methods),
});

test('A-171, A-200, A-406: no token and no live answer ever shows a withheld role on one factor', async (t) => {
  const { house, close } = await startTestServer();
  t.after(close);
  for (const name of ['auditor', 'clerk', 'lead']) {
    await house.store.commit([
      sql`INSERT INTO roles (name, description, built_in, created_at_ms) VALUES (${name}, '', 0, 0)`,
    ]);
  }
  let made = 0;
  const check = fc.asyncProperty(world, async ({ grants, assigned, policy, laterPolicy, amr, laterAmr }) => {
    await commitAct(house, [
      sql`DELETE FROM role_permissions WHERE role <> 'admin'`,
      ...grants.map(
        ([role, permission]) =>
          sql`INSERT INTO role_permissions (role, permission) VALUES (${role}, ${permission})`,
      ),
    ]);
    const adminGrants = await house.store.read(
      sql<{ permission: string }>`SELECT permission FROM role_permissions WHERE role = 'admin'`,
    );
    const all = [...grants, ...adminGrants.map(({ permission }) => ['admin', permission] as const)];
    const expected = (withheld: readonly string[], methodsOfSession: readonly string[]) => {
      const held = assigned.filter((role) => methodsOfSession.includes('mfa') || !withheld.includes(role));
      const named = all.filter(([role]) => held.some((name) => name === role));
      return {
        roles: [...held].sort(),
        permissions: [...new Set(named.map(([, permission]) => permission))].sort(),
      };
    };
    made += 1;
    const { id } = await createUser(
      house,
      { actor: { kind: 'command-line' }, email: `p${made}@example.com`, roles: assigned },
      source,
    );
    const first = withPolicy(house, policy);
    const [user] = await house.store.read(findForSignIn({ column: 'id', value: id }, 'first-party'));
    assert.ok(user !== undefined);
    const opening = { user, factors: keepFactors(amr), readAtMs: house.now() };
    const signedIn = await openSession(first, opening, source);
    await checkAnswer(first, signedIn, expected(policy, amr));
    const later = withPolicy(house, laterPolicy);
    await house.store.commit([
      sql`UPDATE sessions SET amr = ${laterAmr.join(' ')} WHERE id = ${signedIn.sessionId}`,
    ]);
    const renewal = { refreshToken: signedIn.refreshToken, requestId: 'r' };
    await checkAnswer(later, await refresh(later, renewal, source), expected(laterPolicy, laterAmr));
    // The same request again is answered from what was read, not from what was spent.
    await checkAnswer(later, await refresh(later, renewal, source), expected(laterPolicy, laterAmr));
  });
  await fc.assert(check, { numRuns: Number(process.env['STEPS'] ?? 60) });
});

function withPolicy(house: House, rolesRequiringSecondFactor: readonly string[]): House {
  return { ...house, policy: { ...house.policy, rolesRequiringSecondFactor } };
}

interface Rights {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

async function checkAnswer(house: House, signedIn: SignedIn, expected: Rights): Promise<void> {
  const caller = await callerOf(house, signedIn);
  const seen = [claimsOf(signedIn.accessToken), signedIn.user, caller, await readProfile(house, caller)];
  for (const { roles: shown, permissions: may } of seen) {
    assert.deepEqual({ roles: shown ?? [], permissions: may ?? [] }, expected);
  }
}
