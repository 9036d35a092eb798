import { randomBytes } from 'node:crypto';
import { credentialAlgorithms } from './credential-key.ts';

/** Whose passkeys they are. */
export interface RelyingParty {
  /** A domain: the issuer's host or a parent of it. */
  readonly rpId: string;
  /** Shown by some authenticators. */
  readonly name: string;
  /** Every origin, exactly, that a ceremony may run on. */
  readonly origins: readonly string[];
}

/** A passkey as options name it. */
export interface NamedCredential {
  /** base64url. */
  readonly credentialId: string;
  readonly transports: readonly string[];
}

export interface CredentialDescriptor {
  readonly type: 'public-key';
  readonly id: string;
  readonly transports: readonly string[];
}

/** `PublicKeyCredentialCreationOptionsJSON`. */
export interface CreationOptions {
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: number }[];
  readonly timeout: number;
  readonly excludeCredentials: readonly CredentialDescriptor[];
  readonly authenticatorSelection: {
    readonly residentKey: 'required';
    readonly requireResidentKey: true;
    readonly userVerification: 'required';
  };
  readonly attestation: 'none';
}

/** `PublicKeyCredentialRequestOptionsJSON`. */
export interface RequestOptions {
  readonly challenge: string;
  readonly timeout: number;
  readonly rpId: string;
  /** Empty: the authenticator offers what it has for this domain. */
  readonly allowCredentials: readonly CredentialDescriptor[];
  readonly userVerification: 'required' | 'preferred';
}

/** A ceremony has to be over by then; its challenge is worthless afterwards. */
export const ceremonySeconds = 300;

/** 32 random bytes in base64url (WebAuthn §13.4.3 asks for 16 at least). */
export function makeCeremonyChallenge(): string {
  return randomBytes(32).toString('base64url');
}

/** What the authenticator keeps for the user and sends back: the id, which says nothing else (WebAuthn §14.6.1). */
export function toUserHandle(userId: string): string {
  return Buffer.from(userId).toString('base64url');
}

/** A new passkey can sign in alone: it is found without a name, and its owner is verified. */
export function describeCreation(
  rp: RelyingParty,
  user: { readonly id: string; readonly email: string; readonly name: string | null },
  ceremony: { readonly challenge: string; readonly existing: readonly NamedCredential[] },
): CreationOptions {
  return {
    rp: { id: rp.rpId, name: rp.name },
    user: { id: toUserHandle(user.id), name: user.email, displayName: user.name ?? user.email },
    challenge: ceremony.challenge,
    pubKeyCredParams: credentialAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: ceremonySeconds * 1000,
    excludeCredentials: ceremony.existing.map(toDescriptor),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  };
}

export function describeRequest(
  { rpId }: RelyingParty,
  ceremony: {
    readonly challenge: string;
    readonly allowed: readonly NamedCredential[];
    readonly userVerification: RequestOptions['userVerification'];
  },
): RequestOptions {
  return {
    challenge: ceremony.challenge,
    timeout: ceremonySeconds * 1000,
    rpId,
    allowCredentials: ceremony.allowed.map(toDescriptor),
    userVerification: ceremony.userVerification,
  };
}

function toDescriptor({ credentialId, transports }: NamedCredential): CredentialDescriptor {
  return { type: 'public-key', id: credentialId, transports };
}
