import { globSync } from 'node:fs';
import { join } from 'node:path';

/** The sources whose every line decides whether a token is good. */
const scope = ['jws/*.ts', 'jwt/*.ts', 'compact.ts', 'strict-json.ts', 'plain-length.ts', 'algorithms.ts'];

/** Tests that notice most changes of a source at little cost; all others run for what these leave. */
const firstTests: { readonly [prefix: string]: readonly string[] } = {
  'plain-length.ts': ['plain-length.test.ts'],
  'strict-json.ts': ['strict-json.test.ts', 'properties/strict-json.test.ts'],
  'compact.ts': [
    'compact.test.ts',
    'jws/detached.test.ts',
    'jwt/sign.test.ts',
    'jwt/encrypted.test.ts',
    'token-error.test.ts',
  ],
  'algorithms.ts': [
    'vectors.test.ts',
    'jws/hmac.test.ts',
    'jws/algorithm-rows.test.ts',
    'jws/rsa.test.ts',
    'algorithms.test.ts',
  ],
  'jws/ecdsa-form': ['jws/ecdsa-form.test.ts'],
  'jws/ecdsa': ['vectors.test.ts', 'jws/algorithm-rows.test.ts', 'jws/signatures.test.ts'],
  'jws/eddsa': ['vectors.test.ts', 'jws/algorithm-rows.test.ts', 'jws/signatures.test.ts'],
  'jws/ml-dsa': ['vectors.test.ts', 'jws/algorithm-rows.test.ts', 'jws/signatures.test.ts'],
  'jws/rsa': ['vectors.test.ts', 'jws/algorithm-rows.test.ts', 'jws/signatures.test.ts'],
  'jws/hmac': ['jws/hmac.test.ts', 'vectors.test.ts', 'jwt/claims.test.ts', 'jws/algorithm-rows.test.ts'],
  'jws/json-form': ['jws/json.test.ts', 'jws/json-limits.test.ts'],
  'jws/verify-json': ['jws/json.test.ts', 'jws/json-limits.test.ts', 'option-errors.test.ts'],
  'jws/sign-json': ['jws/json.test.ts', 'jws/json-limits.test.ts', 'option-errors.test.ts'],
  'jws/payload-form': [
    'jws/json-limits.test.ts',
    'jws/json.test.ts',
    'jws/detached.test.ts',
    'option-errors.test.ts',
    'vectors.test.ts',
  ],
  'jws/sign-detached': ['jws/detached.test.ts', 'option-errors.test.ts'],
  'jws/verify-detached': ['jws/detached.test.ts', 'option-errors.test.ts'],
  'jws/header': ['jws/verify.test.ts', 'jws/detached.test.ts', 'jws/json-limits.test.ts'],
  'jws/sign.ts': ['jws/sign.test.ts', 'jws/verify.test.ts', 'jwt/sign.test.ts', 'option-errors.test.ts'],
  'jws/compact-form': ['jws/compact-verifier.test.ts', 'option-errors.test.ts'],
  'jws/compact-verifier': ['jws/compact-verifier.test.ts', 'jws/verify.test.ts'],
  'jws/media-type': ['option-errors.test.ts', 'jws/verify.test.ts'],
  'jws/verifier-policy': [
    'jwt/options.test.ts',
    'jwks/local.test.ts',
    'jws/json.test.ts',
    'jws/verify.test.ts',
    'jws/detached.test.ts',
    'option-errors.test.ts',
  ],
  'jws/': ['jws/verify.test.ts', 'jwt/options.test.ts', 'option-errors.test.ts'],
  'jwt/claims': ['jwt/claims.test.ts', 'jwt/options.test.ts'],
  'jwt/sign': ['jwt/sign.test.ts', 'option-errors.test.ts'],
  'jwt/decode-unverified': ['jwt/sign.test.ts'],
  'jwt/encrypt': ['jwt/encrypted.test.ts'],
  'jwt/verify-encrypted': ['jwt/encrypted.test.ts', 'option-errors.test.ts'],
  'jwt/': ['jwt/options.test.ts', 'jwt/claims.test.ts', 'option-errors.test.ts'],
};

/** Tests that a change left by the first ones has to pass as well. */
const allTests = [
  '*.test.ts',
  'jws/*.test.ts',
  'jwt/*.test.ts',
  'jwks/local.test.ts',
  'dpop/verify-proof.test.ts',
  'properties/strict-json.test.ts',
  'properties/mutated-tokens.test.ts',
];

/** They run programs of their own or look at files. */
const leftOut: ReadonlySet<string> = new Set(['readme.test.ts', 'sources.test.ts']);

/** Sources in scope, relative to `src`; `wanted` are beginnings of their names. */
export function listSources(packageFolder: string, wanted: readonly string[]): readonly string[] {
  const files = scope.flatMap((pattern) => globSync(pattern, { cwd: join(packageFolder, 'src') })).toSorted();
  return files.filter((file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name)));
}

/** Test files for a source in two steps: few that are quick, then the others. */
export function testsFor(
  source: string,
  packageFolder: string,
): readonly [readonly string[], readonly string[]] {
  const key = Object.keys(firstTests).find((prefix) => source.startsWith(prefix));
  const first = key === undefined ? [] : (firstTests[key] ?? []);
  const all = globSync(allTests, { cwd: join(packageFolder, 'test') }).toSorted();
  return [first, all.filter((file) => !leftOut.has(file) && !first.includes(file))];
}
