interface Rule {
  readonly isValid: (value: unknown) => boolean;
  readonly message: string;
}

const algorithms: readonly unknown[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'HS256',
  'HS384',
  'HS512',
  'none',
];

const isTimeSpan = (value: unknown): boolean => Number.isInteger(value) || (isText(value) && Boolean(value));
const isText = (value: unknown): boolean => typeof value === 'string' || isTagged(value, 'String');
const isFlag = (value: unknown): boolean => isTagged(value, 'Boolean');
const isNumber = (value: unknown): boolean => typeof value === 'number' || isTagged(value, 'Number');

const spanMessage = 'should be a number of seconds or string representing a timespan';

const optionRules: ReadonlyMap<string, Rule> = new Map([
  ['expiresIn', { isValid: isTimeSpan, message: `"expiresIn" ${spanMessage}` }],
  ['notBefore', { isValid: isTimeSpan, message: `"notBefore" ${spanMessage}` }],
  [
    'audience',
    {
      isValid: (value: unknown) => isText(value) || Array.isArray(value),
      message: '"audience" must be a string or array',
    },
  ],
  [
    'algorithm',
    {
      isValid: (value: unknown) => algorithms.includes(value),
      message: '"algorithm" must be a valid string enum value',
    },
  ],
  ['header', { isValid: isPlainObject, message: '"header" must be an object' }],
  ...['encoding', 'issuer', 'subject', 'jwtid', 'keyid'].map((name): [string, Rule] => [
    name,
    { isValid: isText, message: `"${name}" must be a string` },
  ]),
  ...['noTimestamp', 'mutatePayload', 'allowInsecureKeySizes', 'allowInvalidAsymmetricKeyTypes'].map(
    (name): [string, Rule] => [name, { isValid: isFlag, message: `"${name}" must be a boolean` }],
  ),
]);

const claimRules: ReadonlyMap<string, Rule> = new Map(
  ['iat', 'exp', 'nbf'].map((name) => [
    name,
    { isValid: isNumber, message: `"${name}" should be a number of seconds` },
  ]),
);

/** @throws Error for an unknown option, or one of the wrong form; `undefined` is one of those */
export function checkSignOptions(options: unknown): void {
  checkMembers(options, 'options', optionRules);
}

/** @throws Error unless the payload is a plain object whose times are numbers */
export function checkPayload(payload: unknown): void {
  checkMembers(payload, 'payload', claimRules);
}

function checkMembers(object: unknown, name: 'options' | 'payload', rules: ReadonlyMap<string, Rule>): void {
  if (!isPlainObject(object)) throw new Error(`Expected "${name}" to be a plain object.`);
  for (const key of Object.keys(object)) {
    const rule = rules.get(key);
    if (rule === undefined && name === 'options') throw new Error(`"${key}" is not allowed in "options"`);
    if (rule?.isValid(Reflect.get(object, key)) === false) throw new Error(rule.message);
  }
}

/** Made by `{}`, by `Object.create(null)`, or by another realm's `Object`. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !isTagged(value, 'Object')) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof maker === 'function' && Function.prototype.toString.call(maker) === objectSource;
}

const objectSource = Function.prototype.toString.call(Object);

/** True for a primitive and for the object around it, as lodash has it. */
function isTagged(value: unknown, tag: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}
