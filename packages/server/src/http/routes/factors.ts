import {
  addedFactorAnswer,
  beginSmsInput,
  begunAppAnswer,
  codeSentAnswer,
  factorConfirmationInput,
  factorKinds,
  type WireFactorKind,
  factorsAnswer,
  recoveryCodesAnswer,
  toWireFactors,
} from '../../contract/second-factor.ts';
import { nothingInput } from '../../contract/sign-in.ts';
import { beginApp } from '../../flows/begin-app.ts';
import { beginCodeFactor } from '../../flows/begin-code-factor.ts';
import { confirmCodeFactor } from '../../flows/confirm-code-factor.ts';
import { confirmApp } from '../../flows/confirm-app.ts';
import { listFactors } from '../../flows/list-factors.ts';
import { makeRecoveryCodes } from '../../flows/make-recovery-codes.ts';
import { removeFactor } from '../../flows/remove-factor.ts';
import { drawQrCode } from '../../proofs/app-address.ts';
import { type Route, route } from '../route.ts';
import { signedIn } from '../who.ts';

const tag = 'Second factors';
const fresh =
  'Takes a recent sign-in, of two factors where the account has two: otherwise 401 with `max_age` and `acr_values`.';

const removals: Readonly<Record<WireFactorKind, string>> = {
  totp: 'Remove your authenticator app',
  sms: 'Remove codes by SMS',
  email: 'Remove codes by mail',
};

export const factorRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/me/factors',
    tag,
    summary: 'List your second factors',
    who: signedIn,
    limits: [],
    output: { status: 200, body: factorsAnswer },
    refusals: [],
    async answer(house, { caller }) {
      return { body: toWireFactors(await listFactors(house, caller)) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/factors/totp',
    tag,
    summary: 'Begin with an authenticator app',
    description: `Counts once a code of the app confirmed it; until then the app that you had does. ${fresh}`,
    who: signedIn,
    limits: ['profile by account'],
    input: { body: nothingInput, isBodyOptional: true },
    output: { status: 201, body: begunAppAnswer },
    refusals: ['insufficient_user_authentication', 'conflict'],
    async answer(house, { caller, source }) {
      const { secret, address, expiresInSeconds } = await beginApp(house, caller, source);
      const qrCode = await drawQrCode(address);
      return { body: { secret, uri: address, qr_code: qrCode, expires_in: expiresInSeconds } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/factors/totp/confirm',
    tag,
    summary: 'Confirm an authenticator app by a code of it',
    description: `The first factor of an account comes with recovery codes. ${fresh}`,
    who: signedIn,
    limits: [],
    input: { body: factorConfirmationInput },
    output: { status: 200, body: addedFactorAnswer },
    refusals: ['insufficient_user_authentication', 'challenge_expired', 'wrong_code', 'conflict'],
    async answer(house, { caller, body, source }) {
      const { recoveryCodes } = await confirmApp(house, { caller, code: body.code }, source);
      return { body: { recovery_codes: recoveryCodes === undefined ? undefined : [...recoveryCodes] } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/factors/email',
    tag,
    summary: 'Begin with codes by mail',
    description: `Sends a code to the proven address of the account; it counts once the code came back. Proves the mailbox, and never makes a session one of two factors. ${fresh}`,
    who: signedIn,
    limits: ['profile by account'],
    input: { body: nothingInput, isBodyOptional: true },
    output: { status: 202, body: codeSentAnswer },
    refusals: ['insufficient_user_authentication', 'channel_unavailable', 'email_not_proven', 'conflict'],
    async answer(house, { caller, source }) {
      const sent = await beginCodeFactor(house, { caller, factor: { kind: 'email' } }, source);
      return { body: { expires_in: sent.expiresInSeconds } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/factors/sms',
    tag,
    summary: 'Begin with codes by SMS',
    description: `Sends a code to the number; it counts once the code came back. ${fresh}`,
    who: signedIn,
    limits: ['profile by account'],
    input: { body: beginSmsInput },
    output: { status: 202, body: codeSentAnswer },
    refusals: ['insufficient_user_authentication', 'channel_unavailable', 'conflict'],
    async answer(house, { caller, body, source }) {
      const factor = { kind: 'sms', phone: body.phone } as const;
      const sent = await beginCodeFactor(house, { caller, factor }, source);
      return { body: { expires_in: sent.expiresInSeconds } };
    },
  }),
  confirmationOf('email'),
  confirmationOf('sms'),
  ...factorKinds.map(removalOf),
  route({
    method: 'POST',
    path: '/v1/me/recovery-codes',
    tag,
    summary: 'Make new recovery codes',
    description: `Those that you have end. ${fresh}`,
    who: signedIn,
    limits: ['profile by account'],
    input: { body: nothingInput, isBodyOptional: true },
    output: { status: 201, body: recoveryCodesAnswer },
    refusals: ['insufficient_user_authentication', 'second_factor_unavailable', 'conflict'],
    async answer(house, { caller, source }) {
      return { body: { recovery_codes: [...(await makeRecoveryCodes(house, caller, source))] } };
    },
  }),
];

/** A row each: the kinds have calls of their own beside it. */
function removalOf(kind: WireFactorKind): Route {
  return route({
    method: 'DELETE',
    path: `/v1/me/factors/${kind}`,
    tag,
    summary: removals[kind],
    description: `Your other sessions of two factors end, and this one becomes one of one factor: renew its token. The last factor takes the recovery codes with it. ${fresh}`,
    who: signedIn,
    limits: [],
    output: { status: 204 },
    refusals: ['insufficient_user_authentication', 'not_found', 'conflict'],
    async answer(house, { caller, source }) {
      await removeFactor(house, { caller, kind }, source);
      return { body: undefined };
    },
  });
}

function confirmationOf(kind: 'email' | 'sms'): Route {
  return route({
    method: 'POST',
    path: `/v1/me/factors/${kind}/confirm`,
    tag,
    summary: kind === 'sms' ? 'Confirm codes by SMS' : 'Confirm codes by mail',
    description: `By the code that was sent; it takes five tries. The first factor of an account comes with recovery codes. ${fresh}`,
    who: signedIn,
    limits: [],
    input: { body: factorConfirmationInput },
    output: { status: 200, body: addedFactorAnswer },
    refusals: ['insufficient_user_authentication', 'challenge_expired', 'wrong_code', 'conflict'],
    async answer(house, { caller, body, source }) {
      const { recoveryCodes } = await confirmCodeFactor(house, { caller, kind, code: body.code }, source);
      return { body: { recovery_codes: recoveryCodes === undefined ? undefined : [...recoveryCodes] } };
    },
  });
}
