import {
  linkLogInAnswer,
  linkLogInInput,
  magicLinkAnswer,
  magicLinkInput,
  type WireLinkLogIn,
} from '../../contract/mailbox.ts';
import type { TokenStorage } from '../../contract/sign-in.ts';
import { askForMagicLink, checkMagicLinks } from '../../flows/ask-for-magic-link.ts';
import type { SignInOutcome } from '../../flows/continue-sign-in.ts';
import { type LinkConfirmation, logInByLink } from '../../flows/log-in-by-link.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';
import { anyone } from '../who.ts';
import { answerSignIn } from './sign-in.ts';

const tag = 'Signing in';

export const magicLinkRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/magic-link',
    tag,
    summary: 'Mail a link that signs in',
    description:
      'Where `magicLink` is set. The answer is the same for every identifier. The link is good for 10 minutes, once.',
    who: anyone,
    limits: ['mail by source'],
    input: { body: magicLinkInput },
    output: { status: 202, body: magicLinkAnswer },
    refusals: ['not_found', 'overloaded'],
    answer: (house, { body, source }) => ({ body: askForMagicLink(house, body.identifier, source) }),
  }),
  route({
    method: 'POST',
    path: '/v1/magic-link/login',
    tag,
    summary: 'Sign in by a mailed link',
    description:
      'In a browser that did not ask for the link, the answer names the account; the link is left, and signs in with `confirmed`. A second factor of the account is asked for as after a password.',
    who: anyone,
    limits: ['log-in by source', 'link by source'],
    input: { body: linkLogInInput },
    output: { status: 200, body: linkLogInAnswer },
    refusals: [
      'invalid_link',
      'invalid_credentials',
      'second_factor_unavailable',
      'foreign_origin',
      'not_found',
    ],
    async answer(house, { body, cookie, source }) {
      checkMagicLinks(house);
      const store = body.storage ?? 'body';
      if (store === 'cookie') cookie.checkSameOrigin();
      const presented = body.refresh_token ?? (store === 'cookie' ? cookie.read('refresh') : undefined);
      const { token, binding, confirmed: isConfirmed } = body;
      const input = { token, binding, isConfirmed, presentedRefreshToken: presented };
      return answerLink(await logInByLink(house, input, source), store);
    },
  }),
];

function answerLink(
  outcome: SignInOutcome | LinkConfirmation,
  storage: TokenStorage,
): RouteAnswer<WireLinkLogIn> {
  return outcome.kind === 'confirmation-required'
    ? { body: { status: 'confirmation_required', email: outcome.email } }
    : answerSignIn(outcome, storage);
}
