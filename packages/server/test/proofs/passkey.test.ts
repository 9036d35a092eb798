import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../src/base/refusal.ts';
import { type NewCredential, verifyAssertion, verifyNewPasskey } from '../../src/proofs/passkey.ts';
import {
  describeCreation,
  describeRequest,
  makeCeremonyChallenge,
  toUserHandle,
} from '../../src/proofs/passkey-options.ts';
import { type Encodable, encodeCbor } from './encode-cbor.ts';
import {
  type AlgorithmId,
  base64url,
  createAuthenticator,
  type Deviation,
  flag,
  type SoftwareAuthenticator,
} from './software-authenticator.ts';

const rp = { rpId: 'localhost', name: 'localhost:4000', origins: ['http://localhost:4000'] };
const user = { id: 'user-of-22-characters-', email: 'alice@example.com', name: null };

function creation(): ReturnType<typeof describeCreation> {
  return describeCreation(rp, user, { challenge: makeCeremonyChallenge(), existing: [] });
}

function request(): ReturnType<typeof describeRequest> {
  const challenge = makeCeremonyChallenge();
  return describeRequest(rp, { challenge, allowed: [], userVerification: 'required' });
}

async function refuses(verifying: Promise<unknown>, reason?: RegExp): Promise<void> {
  await assert.rejects(verifying, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, 'passkey_refused');
    if (reason !== undefined) assert.match(error.details.reason ?? '', reason);
    return true;
  });
}

async function enrol(authenticator: SoftwareAuthenticator): Promise<{
  readonly credentialId: string;
  readonly userId: string;
  readonly publicKey: Uint8Array;
}> {
  const options = creation();
  const verified = await verifyNewPasskey(rp, authenticator.create(options), options.challenge);
  return { ...verified, userId: user.id };
}

const fromNobody = { needsUserHandle: true, needsUserVerification: true };

for (const algorithm of [-7, -8, -257] satisfies AlgorithmId[]) {
  test(`a passkey of algorithm ${algorithm} is made and used`, async () => {
    const authenticator = createAuthenticator({ algorithm });
    const passkey = await enrol(authenticator);
    assert.equal(passkey.credentialId, authenticator.credentialId);
    const options = request();
    const { challenge } = options;
    const verified = await verifyAssertion(rp, authenticator.get(options), {
      challenge,
      passkey,
      ...fromNobody,
    });
    assert.deepEqual(verified, {
      signCount: 2,
      isUserVerified: true,
      isBackupEligible: false,
      isBackedUp: false,
    });
  });
}

test('an attestation by the key itself, which browsers leave in place, is verified', async () => {
  const options = creation();
  const credential = createAuthenticator().create(options, { selfAttests: true });
  await verifyNewPasskey(rp, credential, options.challenge);
  const other = makeCeremonyChallenge();
  const replayed = createAuthenticator().create({ ...options, challenge: other }, { selfAttests: true });
  const forged = { ...replayed.response, clientDataJSON: credential.response.clientDataJSON };
  await refuses(verifyNewPasskey(rp, { ...replayed, response: forged }, options.challenge), /verify/);
});

test('A-203: each ceremony has 32 random bytes of its own', () => {
  const challenges = Array.from({ length: 1000 }, makeCeremonyChallenge);
  assert.equal(new Set(challenges).size, 1000);
  assert.ok(challenges.every((text) => Buffer.from(text, 'base64url').length === 32));
});

test('no algorithm is asked for but ES256, EdDSA and RS256, no attestation, and a passkey that signs in alone', () => {
  const options = creation();
  assert.deepEqual(
    options.pubKeyCredParams.map(({ alg }) => alg),
    [-7, -8, -257],
  );
  assert.equal(options.attestation, 'none');
  assert.equal(options.user.id, toUserHandle(user.id));
  assert.equal(options.authenticatorSelection.residentKey, 'required');
  assert.equal(options.authenticatorSelection.userVerification, 'required');
});

const text = (value: string): Uint8Array => Buffer.from(value);

/** The same at both ceremonies. */
const ofBoth: readonly (readonly [name: string, deviation: Deviation])[] = [
  ['A-206: another port', { origin: 'http://localhost:4001' }],
  ['A-206: another scheme', { origin: 'https://localhost:4000' }],
  ['A-206: a name below', { origin: 'http://a.localhost:4000' }],
  ['A-206: a final dot', { origin: 'http://localhost.:4000' }],
  ['A-206: a final slash', { origin: 'http://localhost:4000/' }],
  ['A-206: capitals', { origin: 'http://LOCALHOST:4000' }],
  ['A-206: an application', { origin: 'android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['A-206: the opaque origin', { origin: 'null' }],
  ['A-206: a list', { clientData: { origin: ['http://localhost:4000'] } }],
  ['A-207: another RP id', { rpId: 'example.com' }],
  ['A-208: a frame of another origin', { clientData: { crossOrigin: true } }],
  ['A-208: the same with its top', { clientData: { crossOrigin: true, topOrigin: 'https://evil.example' } }],
  ['A-208: a top without a frame', { clientData: { topOrigin: 'http://localhost:4000' } }],
  ['A-208: crossOrigin as a text', { clientData: { crossOrigin: 'false' } }],
  ['A-219: no JSON', { clientDataBytes: text('{"type":') }],
  ['A-219: a list', { clientDataBytes: text('[]') }],
  ['A-219: null', { clientDataBytes: text('null') }],
  ['A-219: not UTF-8', { clientDataBytes: new Uint8Array([0x7b, 0xff, 0x7d]) }],
  ['A-219: nothing', { clientDataBytes: text('{}') }],
  ['A-202: another challenge', { clientData: { challenge: makeCeremonyChallenge() } }],
  ['A-202: an empty challenge', { clientData: { challenge: '' } }],
  ['A-205: a type of nothing', { clientData: { type: 'payment.get' } }],
  ['A-205: the type in capitals', { clientData: { type: 'WEBAUTHN.GET' } }],
  ['A-218: a byte behind', { behind: new Uint8Array(1) }],
];

const ofCreation: readonly (readonly [name: string, deviation: Deviation])[] = [
  ['A-205: the type of an assertion', { clientData: { type: 'webauthn.get' } }],
  ['A-209: nobody was present', { flags: flag.uv | flag.at }],
  ['A-210: the owner was not verified', { flags: flag.up | flag.at }],
  ['A-211: backed up, and not eligible', { flags: flag.up | flag.uv | flag.at | flag.bs }],
  ['A-218: no credential', { flags: flag.up | flag.uv }],
  ['A-218: extensions that are not there', { flags: flag.up | flag.uv | flag.at | flag.ed }],
  [
    'A-218: extensions that are no map',
    { flags: flag.up | flag.uv | flag.at | flag.ed, behind: encodeCbor([1]) },
  ],
  ['A-223: an id of 1024 bytes', { credentialId: new Uint8Array(1024) }],
  ['A-223: an empty id', { credentialId: new Uint8Array() }],
  ['A-224: an attestation of another format', { format: 'tpm' }],
  ['A-224: an attestation of no format', { format: 'constructor' }],
  ['A-224: a statement where there is none', { statement: new Map([['sig', new Uint8Array(8)]]) }],
  [
    'A-224: a certificate of its own making',
    {
      format: 'packed',
      statement: new Map<string, Encodable>([
        ['alg', -7],
        ['sig', new Uint8Array(70)],
        ['x5c', [new Uint8Array(64)]],
      ]),
    },
  ],
  [
    'A-224: a self-attestation that does not verify',
    {
      format: 'packed',
      statement: new Map<string, Encodable>([
        ['alg', -7],
        ['sig', new Uint8Array(70)],
      ]),
    },
  ],
];

for (const [name, deviation] of [...ofBoth, ...ofCreation]) {
  test(`${name} makes no passkey`, async () => {
    const options = creation();
    await refuses(verifyNewPasskey(rp, createAuthenticator().create(options, deviation), options.challenge));
  });
}

const ofAssertion: readonly (readonly [name: string, deviation: Deviation])[] = [
  ['A-205: the type of a registration', { clientData: { type: 'webauthn.create' } }],
  ['A-209: nobody was present', { flags: flag.uv }],
  ['A-210: the owner was not verified', { flags: flag.up }],
  ['A-211: backed up, and not eligible', { flags: flag.up | flag.uv | flag.bs }],
  ['A-218: a credential in an assertion', { flags: flag.up | flag.uv | flag.at }],
  ['A-218: extensions that are not there', { flags: flag.up | flag.uv | flag.ed }],
  ['A-221: the handle of another user', { userHandle: toUserHandle('another-user-of-22-chr') }],
  ['A-221: no handle', { userHandle: undefined }],
];

for (const [name, deviation] of [...ofBoth, ...ofAssertion]) {
  test(`${name} signs nobody in`, async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const options = request();
    const { challenge } = options;
    await refuses(
      verifyAssertion(rp, authenticator.get(options, deviation), { challenge, passkey, ...fromNobody }),
    );
  });
}

test('A-219: a byte order mark and a member twice are refused, whichever of the two holds', async () => {
  const authenticator = createAuthenticator();
  const passkey = await enrol(authenticator);
  const options = request();
  const { challenge } = options;
  const whole = JSON.stringify({
    type: 'webauthn.get',
    challenge,
    origin: rp.origins[0],
    crossOrigin: false,
  });
  for (const said of [
    `\ufeff${whole}`,
    whole.replace('{', '{"type":"x",'),
    whole.replace('}', ',"type":"webauthn.get"}'),
  ]) {
    const assertion = authenticator.get(options, { clientDataBytes: text(said) });
    await refuses(verifyAssertion(rp, assertion, { challenge, passkey, ...fromNobody }));
  }
  const fine = authenticator.get(options, {
    clientDataBytes: text(whole.replace('}', ',"future":[{"a":1}]}')),
  });
  await verifyAssertion(rp, fine, { challenge, passkey, ...fromNobody });
});

test('A-214: an id that is not the raw id, or of another credential, is refused', async () => {
  const authenticator = createAuthenticator();
  const other = createAuthenticator();
  const passkey = await enrol(authenticator);
  const options = request();
  const { challenge } = options;
  const assertion = authenticator.get(options);
  const { credentialId } = other;
  for (const forged of [
    { id: credentialId },
    { rawId: credentialId },
    { id: credentialId, rawId: credentialId },
  ]) {
    await refuses(verifyAssertion(rp, { ...assertion, ...forged }, { challenge, passkey, ...fromNobody }));
  }
  const made = creation();
  const credential = other.create(made);
  const forged: NewCredential = {
    ...credential,
    id: authenticator.credentialId,
    rawId: authenticator.credentialId,
  };
  await refuses(verifyNewPasskey(rp, forged, made.challenge));
});

test('A-213, A-214: the signature of another key is refused', async () => {
  const passkey = await enrol(createAuthenticator());
  const options = request();
  const { challenge } = options;
  const thief = createAuthenticator();
  const { credentialId: id } = passkey;
  const handle = { userHandle: toUserHandle(user.id) };
  const assertion = { ...thief.get(options, handle), id, rawId: id };
  await refuses(verifyAssertion(rp, assertion, { challenge, passkey, ...fromNobody }), /does not verify/);
});

test('A-210: without verification of its owner a passkey says so', async () => {
  const authenticator = createAuthenticator();
  const passkey = await enrol(authenticator);
  const options = request();
  const question = {
    challenge: options.challenge,
    passkey,
    needsUserHandle: false,
    needsUserVerification: false,
  };
  const assertion = authenticator.get(options, { flags: flag.up, userHandle: undefined });
  assert.equal((await verifyAssertion(rp, assertion, question)).isUserVerified, false);
});

/** The members of a key of ES256, with changes; `undefined` removes. */
function changedKey(changes: readonly (readonly [number, Encodable | undefined])[]): Encodable {
  const { publicKey } = createAuthenticator();
  assert.ok(publicKey instanceof Map);
  const key = new Map<number | string, Encodable>(publicKey);
  for (const [name, value] of changes) {
    if (value === undefined) key.delete(name);
    else key.set(name, value);
  }
  return key;
}

const hostileKeys: readonly (readonly [name: string, key: () => Encodable])[] = [
  ['A-215: SHA-1', () => changedKey([[3, -65535]])],
  ['A-215: ES384', () => changedKey([[3, -35]])],
  ['A-215: RS256 with a point', () => changedKey([[3, -257]])],
  ['A-215: EdDSA with a point', () => changedKey([[3, -8]])],
  ['A-215: an algorithm as a text', () => changedKey([[3, 'ES256']])],
  ['A-215: none', () => changedKey([[3, undefined]])],
  ['A-216: a point off the curve', () => changedKey([[-3, new Uint8Array(32).fill(1)]])],
  [
    'A-216: the point zero',
    () =>
      changedKey([
        [-2, new Uint8Array(32)],
        [-3, new Uint8Array(32)],
      ]),
  ],
  ['A-216: a short coordinate', () => changedKey([[-2, new Uint8Array(31)]])],
  ['A-216: a coordinate as a number', () => changedKey([[-2, 7]])],
  ['A-216: another curve', () => changedKey([[-1, 2]])],
  ['A-216: another type', () => changedKey([[1, 1]])],
  ['A-216: a private part', () => changedKey([[-4, new Uint8Array(32).fill(1)]])],
  ['A-216: a key id', () => changedKey([[2, new Uint8Array(4)]])],
  ['A-216: no map', () => [1, 2, 3]],
  ['A-216: RSA of 1024 bits', () => rsa(128, [1, 0, 1])],
  ['A-216: RSA of 8192 bits', () => rsa(1024, [1, 0, 1])],
  ['A-216: RSA with the exponent 1', () => rsa(256, [1])],
];

function rsa(modulusBytes: number, exponent: readonly number[]): Encodable {
  return new Map<number, Encodable>([
    [1, 3],
    [3, -257],
    [-1, new Uint8Array(modulusBytes).fill(0xc1)],
    [-2, new Uint8Array(exponent)],
  ]);
}

for (const [name, key] of hostileKeys) {
  test(`${name} is no key`, async () => {
    const options = creation();
    const credential = createAuthenticator().create(options, { publicKey: key() });
    await refuses(verifyNewPasskey(rp, credential, options.challenge));
  });
}

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values);
const many = (count: number, byte: number): Uint8Array => new Uint8Array(count).fill(byte);

const hostileCbor: readonly (readonly [name: string, attestation: Uint8Array])[] = [
  ['nothing', bytes()],
  ['ten thousand lists in each other', many(10_000, 0x81)],
  ['ten thousand maps in each other', many(10_000, 0xa1)],
  ['ten thousand tags', many(10_000, 0xc0)],
  ['a list of 2^32 items', bytes(0x9a, 0xff, 0xff, 0xff, 0xff)],
  ['a list of 2^64 items', bytes(0x9b, ...many(8, 0xff))],
  ['a map of 2^32 members', bytes(0xba, 0xff, 0xff, 0xff, 0xff, 0x01, 0x01)],
  ['bytes of 2^32', bytes(0x5a, 0xff, 0xff, 0xff, 0xff, 0x01)],
  ['a text of 2^32', bytes(0x7a, 0xff, 0xff, 0xff, 0xff, 0x61)],
  ['an indefinite map', bytes(0xbf, 0xff)],
  ['indefinite bytes', bytes(0x5f, 0x41, 0x00, 0xff)],
  ['a key twice', bytes(0xa2, 0x01, 0x01, 0x01, 0x02)],
  ['a key that is a list', bytes(0xa1, 0x80, 0x01)],
  ['a float', bytes(0xfb, ...many(8, 0x7f))],
  ['a reserved length', bytes(0x1c)],
  ['a break alone', bytes(0xff)],
  ['a text that is not UTF-8', bytes(0x61, 0xff)],
];

for (const [name, attestation] of hostileCbor) {
  test(`A-217: ${name} is refused`, async () => {
    const options = creation();
    const credential = createAuthenticator().create(options, { attestation });
    await refuses(verifyNewPasskey(rp, credential, options.challenge), /CBOR|UTF-8|encoded|form/);
  });
}

test('A-217: bytes behind the attestation, and a fourth member, are refused', async () => {
  const options = creation();
  const { response } = createAuthenticator().create(options);
  const whole = Buffer.from(response.attestationObject, 'base64url');
  const longer = Buffer.concat([whole, bytes(0)]);
  const fourth = Buffer.concat([bytes(0xa4), whole.subarray(1), encodeCbor('more'), encodeCbor(1)]);
  for (const attestation of [longer, fourth]) {
    const credential = createAuthenticator().create(options, { attestation });
    await refuses(verifyNewPasskey(rp, credential, options.challenge), /behind|form/);
  }
});

test('A-218: authenticator data that ends anywhere too early is refused', async () => {
  const options = creation();
  const authenticator = createAuthenticator();
  const passkey = await enrol(authenticator);
  const asked = request();
  const { challenge } = asked;
  const assertion = authenticator.get(asked);
  const whole = Buffer.from(assertion.response.authenticatorData, 'base64url');
  for (let end = 0; end < whole.length; end += 1) {
    const response = { ...assertion.response, authenticatorData: base64url(whole.subarray(0, end)) };
    await refuses(verifyAssertion(rp, { ...assertion, response }, { challenge, passkey, ...fromNobody }));
  }
  const made = Buffer.from(authenticator.create(options).response.attestationObject, 'base64url');
  for (let end = 0; end < made.length; end += 1) {
    const credential = createAuthenticator().create(options, { attestation: made.subarray(0, end) });
    await refuses(verifyNewPasskey(rp, credential, options.challenge));
  }
});
