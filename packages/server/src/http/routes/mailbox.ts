import {
  askForEmailProofInput,
  forgotPasswordInput,
  linkInput,
  newEmailInput,
  newEmailProofInput,
  resetPasswordInput,
  verifyEmailInput,
} from '../../contract/mailbox.ts';
import { Refusal } from '../../base/refusal.ts';
import { askForEmailProof } from '../../flows/ask-for-email-proof.ts';
import { askForNewEmail } from '../../flows/ask-for-new-email.ts';
import { askForReset } from '../../flows/ask-for-reset.ts';
import { confirmNewEmail } from '../../flows/confirm-new-email.ts';
import { resetPassword } from '../../flows/reset-password.ts';
import { undoNewEmail } from '../../flows/undo-new-email.ts';
import { verifyEmail } from '../../flows/verify-email.ts';
import { type Route, route } from '../route.ts';
import { anyone, anyoneOrSignedIn, signedIn } from '../who.ts';

const tag = 'Mailbox';

export const mailboxRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/email/verify',
    tag,
    summary: 'Prove an e-mail address by a mailed link',
    description:
      'Takes the link together with the password, or with an access token of the account: the owner of the mailbox and of the account are one. For a registration that waits for its proof, this makes the account. A wrong password leaves the link; ten tries use it up.',
    who: anyoneOrSignedIn,
    limits: ['link by source'],
    input: { body: verifyEmailInput },
    output: { status: 204 },
    refusals: [
      'invalid_link',
      'invalid_credentials',
      'invalid_token',
      'registration_closed',
      'email_taken',
      'username_taken',
      'password_too_long',
      'overloaded',
    ],
    async answer(house, { caller, body, source }) {
      await verifyEmail(house, { ...body, caller }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/email/verify/send',
    tag,
    summary: 'Mail the link that proves an e-mail address',
    description:
      'The answer is the same for every address. To have the mail of a registration again, register again.',
    who: anyoneOrSignedIn,
    limits: ['mail by source'],
    input: { body: askForEmailProofInput, isBodyOptional: true },
    output: { status: 202 },
    refusals: ['token_missing', 'invalid_token', 'not_found', 'overloaded'],
    answer(house, { caller, body: { email }, source }) {
      const of = email === undefined ? caller : { email };
      if (of === undefined) throw new Refusal('token_missing');
      askForEmailProof(house, of, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/password/forgot',
    tag,
    summary: 'Mail a link that sets another password',
    description: 'The answer is the same for every identifier. The link is good for 30 minutes, once.',
    who: anyone,
    limits: ['mail by source'],
    input: { body: forgotPasswordInput },
    output: { status: 202 },
    refusals: ['not_found', 'overloaded'],
    answer(house, { body, source }) {
      askForReset(house, body.identifier, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/password/reset',
    tag,
    summary: 'Set another password by a mailed link',
    description:
      'Ends every session and token of the account and signs nobody in; a second factor stays. A password that is refused leaves the link.',
    who: anyone,
    limits: ['link by source'],
    input: { body: resetPasswordInput },
    output: { status: 204 },
    refusals: [
      'invalid_link',
      'password_too_short',
      'password_too_long',
      'password_too_common',
      'password_breached',
      'overloaded',
    ],
    async answer(house, { body, source }) {
      await resetPassword(house, { token: body.token, newPassword: body.password }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/email',
    tag,
    summary: 'Ask for another e-mail address',
    description:
      'Mails a link to the new address; until it is confirmed nothing changes. Needs a recent sign-in. The answer is the same for a free and a taken address.',
    who: signedIn,
    limits: ['mail by source'],
    input: { body: newEmailInput },
    output: { status: 202 },
    refusals: ['insufficient_user_authentication', 'not_found', 'overloaded'],
    async answer(house, { caller, body, source }) {
      await askForNewEmail(house, { caller, email: body.email }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/email/confirm',
    tag,
    summary: 'Confirm another e-mail address by a mailed link',
    description:
      'Takes the link together with the password, or with an access token of the account. Sessions go on. The old address, if it was proven, is told and can take the change back for seven days.',
    who: anyoneOrSignedIn,
    limits: ['link by source'],
    input: { body: newEmailProofInput },
    output: { status: 204 },
    refusals: [
      'invalid_link',
      'invalid_credentials',
      'invalid_token',
      'email_taken',
      'password_too_long',
      'overloaded',
    ],
    async answer(house, { caller, body, source }) {
      await confirmNewEmail(house, { ...body, caller }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/email/undo',
    tag,
    summary: 'Take a change of the e-mail address back',
    description:
      'By the link that the old address got. Ends every session and token; the password opens nothing until another one is set by the link that is mailed along.',
    who: anyone,
    limits: ['link by source'],
    input: { body: linkInput },
    output: { status: 204 },
    refusals: ['invalid_link'],
    async answer(house, { body, source }) {
      await undoNewEmail(house, body.token, source);
      return { body: undefined };
    },
  }),
];
