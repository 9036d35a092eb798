import { createPublicKey, generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Assertion, NewCredential } from '../../src/proofs/passkey.ts';
import type { CreationOptions, RequestOptions } from '../../src/proofs/passkey-options.ts';
import { type Encodable, encodeCbor } from './encode-cbor.ts';

/** UP, UV, BE, BS, AT, ED of WebAuthn §6.1. */
export const flag = { up: 1, uv: 4, be: 8, bs: 16, at: 64, ed: 128 } as const;

export type AlgorithmId = -7 | -8 | -257;

/** What an honest authenticator and browser would not do. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  /** Members of client data that are added or replaced. */
  readonly clientData?: Readonly<Record<string, unknown>>;
  /** All of client data. */
  readonly clientDataBytes?: Uint8Array;
  /** Behind authenticator data. */
  readonly behind?: Uint8Array;
  readonly credentialId?: Uint8Array;
  readonly publicKey?: Encodable;
  readonly format?: string;
  readonly statement?: Encodable;
  /** By the key itself, as `packed`. */
  readonly selfAttests?: boolean;
  readonly attestation?: Uint8Array;
  readonly userHandle?: string | undefined;
}

/** A passkey in memory: a real key pair, real CBOR, real signatures. */
export interface SoftwareAuthenticator {
  readonly credentialId: string;
  readonly publicKey: Encodable;
  create(options: CreationOptions, deviation?: Deviation): NewCredential;
  get(options: RequestOptions, deviation?: Deviation): Assertion;
  /** With the same key and the counter as it is now. */
  copy(): SoftwareAuthenticator;
}

export interface AuthenticatorForm {
  readonly algorithm?: AlgorithmId;
  /** 0 at each ceremony, as passkeys that are synchronized have it. Default: counts from 1. */
  readonly counts?: boolean;
  /** Beside UP. Default: UV. */
  readonly flags?: number;
  readonly origin?: string;
}

interface State {
  readonly algorithm: AlgorithmId;
  readonly privateKey: KeyObject;
  readonly id: Uint8Array;
  readonly form: AuthenticatorForm;
  userHandle: string | undefined;
  count: number;
}

export function createAuthenticator(form: AuthenticatorForm = {}): SoftwareAuthenticator {
  const { algorithm = -7 } = form;
  return toAuthenticator({
    algorithm,
    privateKey: makeKey(algorithm),
    id: randomBytes(32),
    form,
    userHandle: undefined,
    count: 0,
  });
}

function makeKey(algorithm: AlgorithmId): KeyObject {
  if (algorithm === -7) return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (algorithm === -8) return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

function toAuthenticator(state: State): SoftwareAuthenticator {
  const credentialId = base64url(state.id);
  return {
    credentialId,
    publicKey: coseKey(state),
    create(options, deviation = {}) {
      state.userHandle = options.user.id;
      const id = deviation.credentialId ?? state.id;
      const clientDataJSON = clientData(state, { ...options, type: 'webauthn.create' }, deviation);
      const data = Buffer.concat([
        head(state, { rpId: options.rp.id, deviation, more: flag.at }),
        Buffer.alloc(16),
        Buffer.from([id.length >> 8, id.length & 255]),
        id,
        encodeCbor(deviation.publicKey ?? coseKey(state)),
        deviation.behind ?? Buffer.alloc(0),
      ]);
      const isSelf = deviation.selfAttests === true;
      const own = new Map<string, Encodable>(isSelf ? selfAttest(state, data, clientDataJSON) : []);
      const statement = deviation.statement ?? own;
      const members = new Map<string, Encodable>([
        ['fmt', deviation.format ?? (isSelf ? 'packed' : 'none')],
        ['attStmt', statement],
        ['authData', data],
      ]);
      const attestation = deviation.attestation ?? encodeCbor(members);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        response: { clientDataJSON: base64url(clientDataJSON), attestationObject: base64url(attestation) },
      };
    },
    get(options, deviation = {}) {
      const clientDataJSON = clientData(state, { ...options, type: 'webauthn.get' }, deviation);
      const start = head(state, { rpId: options.rpId, deviation, more: 0 });
      const data = Buffer.concat([start, deviation.behind ?? Buffer.alloc(0)]);
      const signed = Buffer.concat([data, hash('sha256', clientDataJSON, 'buffer')]);
      const userHandle = 'userHandle' in deviation ? deviation.userHandle : state.userHandle;
      return {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        response: {
          clientDataJSON: base64url(clientDataJSON),
          authenticatorData: base64url(data),
          signature: base64url(sign(state.algorithm === -8 ? null : 'sha256', signed, state.privateKey)),
          userHandle,
        },
      };
    },
    copy: () => toAuthenticator({ ...state }),
  };
}

function selfAttest(
  { algorithm, privateKey }: State,
  data: Uint8Array,
  clientDataJSON: Uint8Array,
): readonly (readonly [string, Encodable])[] {
  const signed = Buffer.concat([data, hash('sha256', clientDataJSON, 'buffer')]);
  return [
    ['alg', algorithm],
    ['sig', sign(algorithm === -8 ? null : 'sha256', signed, privateKey)],
  ];
}

function clientData(
  { form }: State,
  { type, challenge }: { readonly type: string; readonly challenge: string },
  deviation: Deviation,
): Uint8Array {
  const origin = deviation.origin ?? form.origin ?? 'http://localhost:4000';
  const said = { type, challenge, origin, crossOrigin: false, ...deviation.clientData };
  return deviation.clientDataBytes ?? Buffer.from(JSON.stringify(said));
}

function head(
  state: State,
  { rpId, deviation, more }: { readonly rpId: string; readonly deviation: Deviation; readonly more: number },
): Uint8Array {
  if (state.form.counts !== false) state.count += 1;
  const fixed = Buffer.alloc(5);
  fixed[0] = deviation.flags ?? flag.up | (state.form.flags ?? flag.uv) | more;
  fixed.writeUInt32BE(deviation.signCount ?? state.count, 1);
  return Buffer.concat([hash('sha256', deviation.rpId ?? rpId, 'buffer'), fixed]);
}

function coseKey({ algorithm, privateKey }: State): Map<number, Encodable> {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const bytes = (text: string | undefined): Uint8Array => Buffer.from(text ?? '', 'base64url');
  const rows: Readonly<Record<AlgorithmId, readonly (readonly [number, Encodable])[]>> = {
    [-7]: [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ],
    [-8]: [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ],
    [-257]: [
      [1, 3],
      [3, -257],
      [-1, bytes(jwk.n)],
      [-2, bytes(jwk.e)],
    ],
  };
  return new Map(rows[algorithm]);
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
