import {
  addedPasskeyAnswer,
  addPasskeyInput,
  newPasskeyOptionsAnswer,
  passkeyAnswer,
  passkeyLogInInput,
  passkeyOptionsAnswer,
  passkeyOptionsInput,
  passkeyParams,
  passkeysAnswer,
  relatedOriginsAnswer,
  renamePasskeyInput,
  toAssertion,
  toWirePasskey,
} from '../../contract/passkeys.ts';
import { nothingInput, signInAnswer } from '../../contract/sign-in.ts';
import { addPasskey } from '../../flows/add-passkey.ts';
import { beginAddingPasskey } from '../../flows/begin-adding-passkey.ts';
import { beginPasskeySignIn } from '../../flows/begin-passkey-sign-in.ts';
import { listPasskeys } from '../../flows/list-passkeys.ts';
import { logInWithPasskey } from '../../flows/log-in-with-passkey.ts';
import { removePasskey } from '../../flows/remove-passkey.ts';
import { renamePasskey } from '../../flows/rename-passkey.ts';
import { type Route, route } from '../route.ts';
import { anyone, signedIn } from '../who.ts';
import { answerSignIn } from './sign-in.ts';

const tag = 'Passkeys';

const signInWithPasskey: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/passkeys/options',
    tag,
    summary: 'Begin to sign in with a passkey',
    description:
      'The options are the same for everybody and name no passkey. For a sign-in that asks for a second factor they name those of its account; the answer of the authenticator then goes to `POST /v1/login/second-factor`.',
    who: anyone,
    limits: ['passkey by source'],
    input: { body: passkeyOptionsInput, isBodyOptional: true },
    output: { status: 200, body: passkeyOptionsAnswer },
    refusals: ['challenge_expired', 'second_factor_unavailable', 'overloaded'],
    async answer(house, { body, source }) {
      const begun = await beginPasskeySignIn(house, { pendingId: body.challenge_id }, source);
      const { allowCredentials } = begun.options;
      return {
        body: {
          challenge_id: begun.challengeId,
          options: {
            ...begun.options,
            allowCredentials: allowCredentials.map((one) => ({ ...one, transports: [...one.transports] })),
          },
          expires_in: begun.expiresInSeconds,
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/passkeys/login',
    tag,
    summary: 'Sign in with a passkey',
    description:
      'The passkey says whose it is, and its owner is verified by it: that is two factors. The answer is the same for an unknown passkey, a removed one, a wrong signature and a disabled account. Each `challenge_id` is good for one call.',
    who: anyone,
    limits: ['passkey by source'],
    input: { body: passkeyLogInInput },
    output: { status: 200, body: signInAnswer },
    refusals: [
      'challenge_expired',
      'invalid_credentials',
      'second_factor_unavailable',
      'foreign_origin',
      'overloaded',
    ],
    async answer(house, { body, cookie, source }) {
      const storage = body.storage ?? 'body';
      // A page elsewhere must not put its visitor into an account of its choice.
      if (storage === 'cookie') cookie.checkSameOrigin();
      const presented = body.refresh_token ?? (storage === 'cookie' ? cookie.read('refresh') : undefined);
      const outcome = await logInWithPasskey(
        house,
        {
          challengeId: body.challenge_id,
          assertion: toAssertion(body.credential),
          presentedRefreshToken: presented,
        },
        source,
      );
      return answerSignIn(outcome, storage);
    },
  }),
];

const ownPasskeys: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/me/passkeys/options',
    tag,
    summary: 'Begin to add a passkey',
    description: 'Takes a recent sign-in. What comes of it is added by the same session.',
    who: signedIn,
    limits: ['passkeys by account'],
    input: { body: nothingInput, isBodyOptional: true },
    output: { status: 200, body: newPasskeyOptionsAnswer },
    refusals: ['insufficient_user_authentication', 'too_many_passkeys'],
    async answer(house, { caller }) {
      const begun = await beginAddingPasskey(house, caller);
      const { pubKeyCredParams, excludeCredentials } = begun.options;
      return {
        body: {
          challenge_id: begun.challengeId,
          options: {
            ...begun.options,
            pubKeyCredParams: [...pubKeyCredParams],
            excludeCredentials: excludeCredentials.map((one) => ({
              ...one,
              transports: [...one.transports],
            })),
          },
          expires_in: begun.expiresInSeconds,
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/passkeys',
    tag,
    summary: 'Add a passkey',
    description:
      'Each `challenge_id` is good for one call. From then on it is asked for after the password. With the first factor of an account come recovery codes. The owner is told by mail.',
    who: signedIn,
    limits: ['passkeys by account'],
    input: { body: addPasskeyInput },
    output: { status: 201, body: addedPasskeyAnswer },
    refusals: [
      'challenge_expired',
      'passkey_refused',
      'passkey_taken',
      'too_many_passkeys',
      'insufficient_user_authentication',
      'conflict',
    ],
    async answer(house, { caller, body, source }) {
      const { challenge_id: challengeId, credential, name } = body;
      const { transports = [], ...response } = credential.response;
      const input = { caller, challengeId, credential: { ...credential, response }, transports, name };
      const { passkey, recoveryCodes } = await addPasskey(house, input, source);
      return {
        body: {
          passkey: toWirePasskey(passkey),
          ...(recoveryCodes !== undefined && { recovery_codes: [...recoveryCodes] }),
        },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/me/passkeys',
    tag,
    summary: 'List your passkeys',
    who: signedIn,
    limits: [],
    output: { status: 200, body: passkeysAnswer },
    refusals: [],
    async answer(house, { caller }) {
      return { body: { passkeys: (await listPasskeys(house, caller)).map(toWirePasskey) } };
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/me/passkeys/{id}',
    tag,
    summary: 'Rename one of your passkeys',
    who: signedIn,
    limits: ['passkeys by account'],
    input: { params: passkeyParams, body: renamePasskeyInput },
    output: { status: 200, body: passkeyAnswer },
    refusals: ['not_found'],
    async answer(house, { caller, params, body, source }) {
      const input = { caller, passkeyId: params.id, name: body.name };
      return { body: { passkey: toWirePasskey(await renamePasskey(house, input, source)) } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/me/passkeys/{id}',
    tag,
    summary: 'Remove one of your passkeys',
    description:
      'Takes a recent sign-in. Ends every other session of yours that a passkey opened; access tokens of the rest renew. Where no other way to sign in is left, it is refused. The owner is told by mail.',
    who: signedIn,
    limits: ['passkeys by account'],
    input: { params: passkeyParams },
    output: { status: 204 },
    refusals: ['not_found', 'last_sign_in_method', 'insufficient_user_authentication', 'conflict'],
    async answer(house, { caller, params, source }) {
      await removePasskey(house, { caller, passkeyId: params.id }, source);
      return { body: undefined };
    },
  }),
];

const relatedOrigins: Route = route({
  method: 'GET',
  path: '/.well-known/webauthn',
  tag,
  summary: 'Whose pages may use passkeys of this domain',
  description: 'WebAuthn level 3 §5.11: related origins, as `passkeyOrigins` has them, and the issuer.',
  who: anyone,
  limits: [],
  output: { status: 200, body: relatedOriginsAnswer, cacheControl: 'public, max-age=300' },
  refusals: [],
  // Origins of native applications are for the server alone.
  answer: ({ policy }) => ({
    body: { origins: policy.passkeys.origins.filter((origin) => origin.startsWith('http')) },
  }),
});

export const passkeyRoutes: readonly Route[] = [...signInWithPasskey, ...ownPasskeys, relatedOrigins];
