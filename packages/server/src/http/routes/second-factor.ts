import { toAssertion } from '../../contract/passkeys.ts';
import {
  codeSentAnswer,
  finishSecondFactorInput,
  sendCodeInput,
  toSecondFactor,
} from '../../contract/second-factor.ts';
import { signedInAnswer, type TokenStorage, type WireSignedIn } from '../../contract/sign-in.ts';
import { type FinishedSignIn, finishSecondFactor } from '../../flows/finish-second-factor.ts';
import { sendCode } from '../../flows/send-code.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';
import { anyone } from '../who.ts';
import { answerSignedIn } from './sign-in.ts';

const tag = 'Signing in';

export const secondFactorRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/login/second-factor',
    tag,
    summary: 'Prove a second factor',
    description:
      'For a sign-in that answered `second_factor_required`. A challenge takes five tries; one that is unknown, over or used up is refused as expired.',
    who: anyone,
    limits: ['log-in by source'],
    input: { body: finishSecondFactorInput },
    output: { status: 200, body: signedInAnswer },
    refusals: ['challenge_expired', 'wrong_code', 'invalid_credentials', 'foreign_origin'],
    async answer(house, { body, cookie, source }) {
      const storage = body.storage ?? 'body';
      if (storage === 'cookie') cookie.checkSameOrigin();
      const presented = body.refresh_token ?? (storage === 'cookie' ? cookie.read('refresh') : undefined);
      const input = {
        challengeId: body.challenge_id,
        factor: toSecondFactor(body.factor),
        code: body.code,
        credential: body.credential === undefined ? undefined : toAssertion(body.credential),
        presentedRefreshToken: presented,
        remembersDevice: body.remember_device,
      };
      const signedIn = await finishSecondFactor(house, input, source);
      return withDevice(answerSignedIn(signedIn, storage), signedIn.device, storage);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/login/second-factor/send',
    tag,
    summary: 'Send a code by mail or SMS',
    description:
      'Three times at most; a new code makes the one before it worthless, and gives no new tries. The answer is the same whether or not a message left.',
    who: anyone,
    limits: ['log-in by source'],
    input: { body: sendCodeInput },
    output: { status: 200, body: codeSentAnswer },
    refusals: ['challenge_expired'],
    async answer(house, { body, source }) {
      const input = { challengeId: body.challenge_id, factor: body.factor };
      return { body: { expires_in: (await sendCode(house, input, source)).expiresInSeconds } };
    },
  }),
];

/** What the device keeps goes the way of its refresh token. */
function withDevice(
  answer: RouteAnswer<WireSignedIn>,
  device: FinishedSignIn['device'],
  storage: TokenStorage,
): RouteAnswer<WireSignedIn> {
  if (device === undefined) return answer;
  const { token, expiresInSeconds: maxAgeSeconds } = device;
  if (storage === 'body') return { ...answer, body: { ...answer.body, device_token: token } };
  const cookie = { kind: 'set', cookie: 'device', value: token, maxAgeSeconds } as const;
  return { ...answer, cookies: [...(answer.cookies ?? []), cookie] };
}
