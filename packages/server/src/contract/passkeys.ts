import { z } from 'zod';
import { epochSeconds, idText, nameText, refreshTokenText, toSeconds } from './text.ts';

const base64url = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/);

/** Of at most 1023 bytes (WebAuthn §4). */
const credentialIdText = base64url(1364);

const transportText = z.string().regex(/^[a-z][a-z-]{0,31}$/);

/** Browsers add members over time: those that are not known are not read. */
const credentialOf = <Response extends z.ZodObject>(response: Response) =>
  z.object({
    id: credentialIdText,
    rawId: credentialIdText,
    type: z.literal('public-key'),
    response,
  });

const newCredential = credentialOf(
  z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(8192),
    transports: z.array(transportText).max(8).optional(),
  }),
).describe('`RegistrationResponseJSON` of WebAuthn, as `toJSON()` of the credential gives it');

export const assertion = credentialOf(
  z
    .object({
      clientDataJSON: base64url(4096),
      authenticatorData: base64url(4096),
      signature: base64url(2048),
      userHandle: base64url(88).nullable().optional(),
    })
    .meta({ id: 'PasskeyAssertionResponse', title: 'What an authenticator signed' }),
).meta({
  id: 'PasskeyAssertion',
  title: '`AuthenticationResponseJSON` of WebAuthn, as `toJSON()` of the credential gives it',
});

type WireAssertion = z.infer<typeof assertion>;

/** Some browsers say `null` where there is no user handle. */
export function toAssertion({ response, ...credential }: WireAssertion): Omit<WireAssertion, 'response'> & {
  readonly response: Omit<WireAssertion['response'], 'userHandle'> & {
    readonly userHandle?: string | undefined;
  };
} {
  return { ...credential, response: { ...response, userHandle: response.userHandle ?? undefined } };
}

const descriptor = z.strictObject({
  type: z.literal('public-key'),
  id: z.string(),
  transports: z.array(z.string()),
});

const challengeText = z.string().describe('32 random bytes in base64url');
const milliseconds = z.int().describe('Milliseconds');
const expiresIn = z.int().describe('Seconds in which the answer has to come');
const challengeId = idText.describe('Goes back with the answer of the authenticator');

export const passkeyOptionsInput = z.strictObject({
  challenge_id: idText.optional().describe('Of a sign-in that asks for a second factor'),
  identifier: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .describe('Changes nothing: nobody learns who has passkeys. The authenticator knows whom it can sign in'),
});

export const passkeyOptionsAnswer = z.strictObject({
  challenge_id: challengeId,
  options: z
    .strictObject({
      challenge: challengeText,
      timeout: milliseconds,
      rpId: z.string(),
      allowCredentials: z.array(descriptor).describe('Empty, but for a second factor'),
      userVerification: z.enum(['required', 'preferred']),
    })
    .describe(
      '`PublicKeyCredentialRequestOptionsJSON`: for `PublicKeyCredential.parseRequestOptionsFromJSON`',
    ),
  expires_in: expiresIn,
});

export const passkeyLogInInput = z.strictObject({
  challenge_id: idText.describe('As the options came with it'),
  credential: assertion,
  storage: z
    .enum(['body', 'cookie'])
    .optional()
    .describe('Default: `body`. With `cookie` the call must come from the same origin'),
  refresh_token: refreshTokenText.optional().describe('One that is still held: its session ends'),
});

export const newPasskeyOptionsAnswer = z.strictObject({
  challenge_id: challengeId,
  options: z
    .strictObject({
      rp: z.strictObject({ id: z.string(), name: z.string() }),
      user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
      challenge: challengeText,
      pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: z.int() })),
      timeout: milliseconds,
      excludeCredentials: z.array(descriptor),
      authenticatorSelection: z.strictObject({
        residentKey: z.literal('required'),
        requireResidentKey: z.literal(true),
        userVerification: z.literal('required'),
      }),
      attestation: z.literal('none'),
    })
    .describe(
      '`PublicKeyCredentialCreationOptionsJSON`: for `PublicKeyCredential.parseCreationOptionsFromJSON`',
    ),
  expires_in: expiresIn,
});

export const addPasskeyInput = z.strictObject({
  challenge_id: idText.describe('As the options came with it'),
  credential: newCredential,
  name: nameText.optional().describe('Default: `Passkey`'),
});

export const renamePasskeyInput = z.strictObject({ name: nameText });

export const passkeyParams = z.strictObject({ id: idText });

const passkeyObject = z
  .strictObject({
    id: idText,
    name: nameText,
    created_at: epochSeconds,
    last_used_at: epochSeconds.nullable(),
    transports: z.array(z.string()),
    backup_eligible: z.boolean().describe('Whether it may be copied to other devices of its owner'),
    backed_up: z.boolean().describe('Whether it was, when it was last used'),
    aaguid: z.string().describe('Model of the authenticator; zeros where it does not say'),
  })
  .meta({ id: 'Passkey', title: 'Passkey' });

export type WirePasskey = z.infer<typeof passkeyObject>;

export const passkeyAnswer = z.strictObject({ passkey: passkeyObject });
export const addedPasskeyAnswer = z.strictObject({
  passkey: passkeyObject,
  recovery_codes: z.array(z.string()).optional().describe('Only with the first factor; shown this once'),
});
export const passkeysAnswer = z.strictObject({ passkeys: z.array(passkeyObject) });

export interface PasskeyFacts {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly transports: readonly string[];
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  readonly aaguid: string;
}

export function toWirePasskey(passkey: PasskeyFacts): WirePasskey {
  return {
    id: passkey.id,
    name: passkey.name,
    created_at: toSeconds(passkey.createdAtMs),
    last_used_at: passkey.lastUsedAtMs === null ? null : toSeconds(passkey.lastUsedAtMs),
    transports: [...passkey.transports],
    backup_eligible: passkey.isBackupEligible,
    backed_up: passkey.isBackedUp,
    aaguid: passkey.aaguid,
  };
}

/** WebAuthn level 3 §5.11.1. */
export const relatedOriginsAnswer = z.strictObject({
  origins: z.array(z.string()).describe('Other origins whose pages may use passkeys of this domain'),
});
