import { Refusal } from '../base/refusal.ts';
import { checkAssertionData } from './authenticator-data.ts';
import { checkAttestation } from './attestation.ts';
import { checkClientData } from './client-data.ts';
import { credentialAlgorithms } from './credential-key.ts';
import { type RelyingParty, toUserHandle } from './passkey-options.ts';

/** The members of `RegistrationResponseJSON` that are looked at; all bytes in base64url. */
export interface NewCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string };
}

/** The members of `AuthenticationResponseJSON` that are looked at; all bytes in base64url. */
export interface Assertion {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string | undefined;
  };
}

export interface VerifiedPasskey {
  readonly credentialId: string;
  /** COSE_Key. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly signCount: number;
  /** Model of the authenticator; zeros where it does not say. */
  readonly aaguid: string;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
}

export interface VerifiedAssertion {
  readonly signCount: number;
  /** By PIN or body, not by presence alone. */
  readonly isUserVerified: boolean;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
}

type Library = typeof import('@simplewebauthn/server');
let library: Promise<Library> | undefined;

/** Loading takes longer than all the rest of a ceremony: options begin it, so that it is there when the answer comes. */
export function loadPasskeyLibrary(): Promise<Library> {
  library ??= import('@simplewebauthn/server');
  return library;
}

/**
 * Verifies a new passkey: ceremony, origin, RP id, presence and verification of
 * its owner, algorithm and key.
 * Does NOT look at whether the challenge is spent, or the credential known.
 *
 * @throws Refusal `passkey_refused`; never returns what does not hold
 * @see WebAuthn level 3 §7.1
 */
export function verifyNewPasskey(
  rp: RelyingParty,
  credential: NewCredential,
  challenge: string,
): Promise<VerifiedPasskey> {
  return refusing(async () => {
    const { id, rawId, type, response } = credential;
    const { rpId, origins } = rp;
    checkClientData(readBytes(response.clientDataJSON), { type: 'webauthn.create', challenge, origins });
    checkAttestation(readBytes(response.attestationObject));
    const { verifyRegistrationResponse } = await loadPasskeyLibrary();
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: { id, rawId, type, response: { ...response }, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      requireUserPresence: true,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...credentialAlgorithms],
    });
    if (!verified || info.credential.id !== id) throw new TypeError('it does not verify');
    return {
      credentialId: info.credential.id,
      publicKey: info.credential.publicKey,
      signCount: info.credential.counter,
      aaguid: info.aaguid,
      isBackupEligible: info.credentialDeviceType === 'multiDevice',
      isBackedUp: info.credentialBackedUp,
    };
  });
}

export interface AssertionQuestion {
  readonly challenge: string;
  readonly passkey: {
    readonly credentialId: string;
    readonly userId: string;
    readonly publicKey: Uint8Array;
  };
  /** Nobody has said yet who signs in: the authenticator must (WebAuthn §7.2 step 6). */
  readonly needsUserHandle: boolean;
  readonly needsUserVerification: boolean;
}

/**
 * Verifies that a stored passkey signed this ceremony for this user.
 * Does NOT look at the counter (`rules/passkey-use`: only a signed one is worth a warning), or
 * at whether the challenge is spent.
 *
 * @throws Refusal `passkey_refused`; never returns what does not hold
 * @see WebAuthn level 3 §7.2
 */
export function verifyAssertion(
  rp: RelyingParty,
  assertion: Assertion,
  question: AssertionQuestion,
): Promise<VerifiedAssertion> {
  return refusing(async () => {
    const { id, rawId, type, response } = assertion;
    const { rpId, origins } = rp;
    const { challenge, passkey } = question;
    checkUserHandle(response.userHandle, question);
    checkClientData(readBytes(response.clientDataJSON), { type: 'webauthn.get', challenge, origins });
    checkAssertionData(readBytes(response.authenticatorData));
    const { clientDataJSON, authenticatorData, signature } = response;
    const { verifyAuthenticationResponse } = await loadPasskeyLibrary();
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
      requireUserVerification: question.needsUserVerification,
    });
    if (!verified || id !== passkey.credentialId) throw new TypeError('it does not verify');
    return {
      signCount: info.newCounter,
      isUserVerified: info.userVerified,
      isBackupEligible: info.credentialDeviceType === 'multiDevice',
      isBackedUp: info.credentialBackedUp,
    };
  });
}

function checkUserHandle(
  userHandle: string | undefined,
  { passkey, needsUserHandle }: AssertionQuestion,
): void {
  if (userHandle === undefined && !needsUserHandle) return;
  if (userHandle !== toUserHandle(passkey.userId)) throw new TypeError('another user handle');
}

/** One spelling for the same bytes. */
function readBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new TypeError('not base64url');
  return bytes;
}

const maxReasonLength = 200;

/** Whatever a hostile answer makes the library throw is the same refusal. */
async function refusing<Result>(verify: () => Promise<Result>): Promise<Result> {
  try {
    return await verify();
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, maxReasonLength) : 'it does not verify';
    throw new Refusal('passkey_refused', { reason });
  }
}
