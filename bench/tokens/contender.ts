import type { AlgorithmName, Claims, Keys } from './corpus.ts';

/** How one library signs and verifies with one algorithm, its keys prepared as its documentation recommends. */
export interface Ability {
  readonly name: string;
  readonly version: string;
  readonly sign: (claims: Claims) => string | Promise<string>;
  /** Throws or rejects for a token that is refused. Demands `exp`, `iss`, `aud` and the algorithm. */
  readonly verify: (token: string) => unknown;
}

/** `undefined` where the library does not have the algorithm. */
export type Contender = (algorithm: AlgorithmName, keys: Keys) => Promise<readonly Ability[]>;
