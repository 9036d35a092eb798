import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../src/base/refusal.ts';
import {
  type Assertion,
  type NewCredential,
  verifyAssertion,
  verifyNewPasskey,
} from '../../src/proofs/passkey.ts';
import {
  describeCreation,
  describeRequest,
  makeCeremonyChallenge,
} from '../../src/proofs/passkey-options.ts';
import { createAuthenticator, flag } from '../proofs/software-authenticator.ts';

const rp = { rpId: 'localhost', name: 'localhost', origins: ['http://localhost:4000'] };
const user = { id: 'user-of-22-characters-', email: 'alice@example.com', name: null };
const runs = 10_000;

interface Mutation {
  readonly kind: 'flip' | 'cut' | 'insert' | 'replace' | 'repeat';
  readonly at: number;
  readonly value: number;
}

const mutations = fc.array(
  fc.record<Mutation>({
    kind: fc.constantFrom('flip', 'cut', 'insert', 'replace', 'repeat'),
    at: fc.nat(100_000),
    value: fc.nat(255),
  }),
  { minLength: 1, maxLength: 3 },
);

function mutate(bytes: Buffer, { kind, at, value }: Mutation): Buffer {
  const place = at % Math.max(1, bytes.length);
  const before = bytes.subarray(0, place);
  const after = bytes.subarray(place + 1);
  const here = bytes[place] ?? 0;
  const changed: Readonly<Record<Mutation['kind'], () => Buffer>> = {
    flip: () => Buffer.concat([before, Buffer.of(here ^ (1 << (value % 8))), after]),
    cut: () => bytes.subarray(0, place),
    insert: () => Buffer.concat([before, Buffer.of(value), bytes.subarray(place)]),
    replace: () => Buffer.concat([before, Buffer.of(value), after]),
    repeat: () => Buffer.concat([before, bytes.subarray(place), bytes.subarray(place)]),
  };
  return changed[kind]();
}

function mutateText(text: string, steps: readonly Mutation[]): string {
  return steps.reduce(mutate, Buffer.from(text, 'base64url')).toString('base64url');
}

/** Nothing but a refusal is ever thrown. */
async function isAccepted(verifying: Promise<unknown>): Promise<boolean> {
  try {
    await verifying;
    return true;
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, 'passkey_refused');
    return false;
  }
}

test(`A-213: ${runs} mutated assertions of a real passkey sign nobody in`, async () => {
  const authenticator = createAuthenticator({ algorithm: -8, flags: flag.uv | flag.be | flag.bs });
  const options = describeCreation(rp, user, { challenge: makeCeremonyChallenge(), existing: [] });
  const made = await verifyNewPasskey(rp, authenticator.create(options), options.challenge);
  const challenge = makeCeremonyChallenge();
  const request = describeRequest(rp, { challenge, allowed: [], userVerification: 'required' });
  const assertion = authenticator.get(request);
  const question = {
    challenge,
    passkey: { ...made, userId: user.id },
    needsUserHandle: true,
    needsUserVerification: true,
  };
  assert.equal(await isAccepted(verifyAssertion(rp, assertion, question)), true);
  const members = fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature');
  await fc.assert(
    fc.asyncProperty(members, mutations, async (member, steps) => {
      const changed = mutateText(assertion.response[member], steps);
      if (changed === assertion.response[member]) return;
      const forged: Assertion = { ...assertion, response: { ...assertion.response, [member]: changed } };
      assert.equal(await isAccepted(verifyAssertion(rp, forged, question)), false);
    }),
    { numRuns: runs },
  );
});

test(`A-214, A-216, A-217, A-218: of ${runs} mutated registrations none is worth more than the original`, async () => {
  const authenticator = createAuthenticator();
  const { challenge, ...rest } = describeCreation(rp, user, {
    challenge: makeCeremonyChallenge(),
    existing: [],
  });
  const credential = authenticator.create({ challenge, ...rest });
  const { publicKey } = await verifyNewPasskey(rp, credential, challenge);
  await fc.assert(
    fc.asyncProperty(mutations, async (steps) => {
      const attestationObject = mutateText(credential.response.attestationObject, steps);
      const forged: NewCredential = {
        ...credential,
        response: { ...credential.response, attestationObject },
      };
      const isFine = await isAccepted(verifyNewPasskey(rp, forged, challenge));
      if (!isFine) return;
      // Nothing signs a registration without attestation: counter, model and backup may be others, and that is all.
      const { publicKey: accepted, credentialId } = await verifyNewPasskey(rp, forged, challenge);
      assert.equal(credentialId, credential.id);
      assert.deepEqual(Buffer.from(accepted), Buffer.from(publicKey));
    }),
    { numRuns: runs },
  );
});
