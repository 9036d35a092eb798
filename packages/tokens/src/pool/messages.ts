import type { KeyObject } from 'node:crypto';
import type { AlgorithmName } from '../jws/algorithm.ts';
import type { VerifiedJwt } from '../jwt/verify.ts';
import type { TokenErrorCode } from '../token-error.ts';

/** A public key as it crosses to a thread, which checks it again. */
export interface KeyOnTheWay {
  readonly algorithm: AlgorithmName;
  readonly keyId: string | undefined;
  readonly keyObject: KeyObject;
}

/** What a thread starts with; the clock stays outside. */
export interface ThreadData {
  readonly keys: readonly KeyOnTheWay[];
  readonly options: {
    readonly issuer: string | readonly string[];
    readonly audience: string | readonly string[];
    readonly algorithms: readonly AlgorithmName[];
    readonly type: string;
    readonly clockToleranceSeconds?: number;
    readonly maxTokenBytes?: number;
  };
}

export type ToThread =
  | { readonly kind: 'keys'; readonly keys: readonly KeyOnTheWay[] }
  | { readonly kind: 'tokens'; readonly tokens: readonly string[]; readonly nowMs: number };

export type Answer =
  | { readonly kind: 'verified'; readonly jwt: VerifiedJwt }
  | {
      readonly kind: 'refused';
      readonly code: TokenErrorCode;
      readonly message: string;
      readonly claim: string | undefined;
    }
  | { readonly kind: 'fault'; readonly message: string };

/** One for each token of the oldest message that is not answered yet. */
export type FromThread = readonly Answer[];
