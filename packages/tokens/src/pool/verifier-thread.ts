import { parentPort, workerData } from 'node:worker_threads';
import { makeKey } from '../jwk/key.ts';
import { createKeySet } from '../jwks/local.ts';
import { createJwtVerifier, type VerifiedJwt } from '../jwt/verify.ts';
import { TokenError } from '../token-error.ts';
import type { Answer, FromThread, KeyOnTheWay, ThreadData, ToThread } from './messages.ts';

const { keys, options }: ThreadData = workerData;
let nowMs = Number.NaN;
let verify = prepare(keys);

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'keys') {
    verify = prepare(message.keys);
    return;
  }
  nowMs = message.nowMs;
  const answers: FromThread = message.tokens.map(answer);
  parentPort?.postMessage(answers);
});

function prepare(parts: readonly KeyOnTheWay[]): (token: string) => VerifiedJwt {
  return createJwtVerifier({ ...options, keys: createKeySet(parts.map(makeKey)), now: () => nowMs });
}

function answer(token: string): Answer {
  try {
    return { kind: 'verified', jwt: verify(token) };
  } catch (error) {
    if (!(error instanceof TokenError)) return { kind: 'fault', message: String(error) };
    const { code, message, claim } = error;
    return { kind: 'refused', code, message, claim };
  }
}
