import { createDpopProof, thumbprint, verifyDpopProof } from '../../../src/index.ts';
import { keyOf, now } from '../../forge.ts';
import { corruptToken, readGoodToken } from '../corrupt-token.ts';
import type { Target } from '../target.ts';

const request = { method: 'POST', url: 'https://api.example/orders' };
const accessToken = 'an.access.token';

/** Mutated proofs for an access token that is bound to the owner's key. */
export const proofTargets: readonly Target[] = (['ES256', 'RS256'] as const).map((algorithm) => {
  const key = keyOf(algorithm);
  const tokens = [
    readGoodToken(createDpopProof({ ...request, key, accessToken, now })),
    readGoodToken(createDpopProof({ ...request, key, accessToken, now, nonce: 'a-nonce' })),
  ];
  const good = new Set(tokens.map(({ text }) => text));
  const lengths = new Set(tokens.map(({ segments }) => segments[2]?.length));
  const options = {
    ...request,
    algorithms: ['ES256', 'RS256', 'Ed25519'] as const,
    replays: 'checked-elsewhere' as const,
    accessToken,
    jkt: thumbprint(key),
    now,
  };
  return {
    name: `proof ${algorithm}`,
    weight: 15,
    describe: () => key.keyObject.export({ format: 'jwk' }),
    draw: (random) => {
      const proof = corruptToken(tokens, random);
      return {
        input: proof,
        isWhole: lengths.has(proof.length - proof.lastIndexOf('.') - 1),
        act: () => {
          verifyDpopProof(proof, options);
          return good.has(proof) ? 'genuine' : 'forged';
        },
      };
    },
  };
});
