import type { Outcome } from './outcome.ts';

/** One call that both packages were given. */
export interface Row {
  readonly name: string;
  readonly call: 'sign' | 'verify' | 'decode';
  readonly parameters: readonly unknown[];
}

export interface Difference {
  /** As in the table of the package's page. */
  readonly name: string;
  readonly explains: (row: Row, original: Outcome, ours: Outcome) => boolean;
}

function says(outcome: Outcome, message: string | RegExp): boolean {
  const said = outcome.error?.['message'];
  return typeof said === 'string' && (message instanceof RegExp ? message.test(said) : said === message);
}

/** What the row passes as an option; of `verify` and `sign`, the third parameter. */
function optionOf(row: Row, name: string): unknown {
  const options = row.parameters[2];
  return typeof options === 'object' && options !== null ? Reflect.get(options, name) : undefined;
}

function headerOf(token: unknown): string {
  return Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString('latin1');
}

/** Every way in which the two packages may differ; anything else is a fault of ours. */
export const differences: readonly Difference[] = [
  {
    name: 'A header whose `alg` is no text',
    explains: (_row, original, ours) =>
      says(original, /startsWith/) && says(ours, '"algorithm" must be a valid string enum value'),
  },
  {
    name: 'A claim or an option called `constructor`, `toString`, `__proto__` …',
    explains: (_row, original, ours) =>
      says(original, 'validator.isValid is not a function') && !says(ours, /isValid/),
  },
  {
    name: 'Letters outside ASCII in a header',
    explains: (row, original, ours) =>
      row.call === 'sign' &&
      headerOf(ours.value).includes('\\u') &&
      !headerOf(original.value).includes('\\u'),
  },
  {
    name: 'A published key as an HMAC secret',
    explains: (row, _original, ours) =>
      says(ours, /^secretOr(Private|Public)Key must be a symmetric key when using HS/) &&
      /public/.test(row.name),
  },
  {
    name: 'An empty secret',
    explains: (row, _original, ours) =>
      /empty|false|zero/.test(row.name) &&
      (says(ours, 'secretOrPrivateKey must have a value') ||
        says(ours, 'secret or public key must be provided')),
  },
  {
    name: 'Neither signature nor key',
    explains: (_row, original, ours) =>
      says(original, /Cannot read properties of (null|undefined)/) &&
      (says(ours, 'secret or public key must be provided') ||
        says(ours, 'secretOrPrivateKey must have a value')),
  },
  {
    name: 'A second spelling of a signature',
    explains: (row, _original, ours) => /respelt/.test(row.name) && says(ours, 'invalid signature'),
  },
  {
    name: '`issuer` that is neither text nor a list',
    explains: (row, _original, ours) =>
      says(ours, /^jwt issuer invalid/) && !Array.isArray(optionOf(row, 'issuer')),
  },
  {
    name: '`clockTolerance` that is no number',
    explains: (row, _original, ours) =>
      typeof optionOf(row, 'clockTolerance') !== 'number' &&
      (says(ours, 'clockTolerance must be a number') || typeof optionOf(row, 'clockTolerance') === 'string'),
  },
  {
    name: 'A pattern with the flag `g`',
    explains: (row, original) => row.name.endsWith('/g') && says(original, /^jwt audience invalid/),
  },
  {
    name: 'A payload that is `null`',
    explains: (_row, original, ours) =>
      says(original, "Cannot read properties of null (reading 'nbf')") && says(ours, 'invalid token'),
  },
  {
    name: 'What OpenSSL says about keys that do not fit',
    explains: (row, original, ours) =>
      (optionOf(row, 'allowInvalidAsymmetricKeyTypes') === true ||
        optionOf(row, 'allowInsecureKeySizes') === true) &&
      original.error !== undefined &&
      ours.error !== undefined,
  },
];
