import type { Target } from './target.ts';
import { compactTargets } from './targets/compact.ts';
import { encryptedTargets } from './targets/encrypted.ts';
import { jsonTargets } from './targets/json.ts';
import { keyTargets } from './targets/keys.ts';
import { proofTargets } from './targets/proof.ts';

/** Everything that reads what a stranger sends; weights fall with the price of a case. */
export const targets: readonly Target[] = [
  ...compactTargets([
    ['HS256', 500],
    ['HS512', 60],
    ['RS256', 150],
    ['PS256', 30],
    ['ES256', 60],
    ['ES512', 3],
    ['ES256K', 3],
    ['Ed25519', 30],
    ['ML-DSA-44', 20],
  ]),
  ...jsonTargets,
  ...encryptedTargets,
  ...proofTargets,
  ...keyTargets,
];
