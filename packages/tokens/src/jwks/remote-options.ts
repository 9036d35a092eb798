import { isAlgorithmName } from '../algorithms.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import type { Fetch } from './fetch-key-set.ts';
import { publishableAlgorithms } from './read-key-set.ts';

export interface RemoteKeySetOptions {
  /** Keys of other algorithms are left out; also decides the algorithm of keys without `alg`. Default: all with key pairs. */
  readonly algorithms?: readonly AlgorithmName[];
  /** A set older than this, or than the `max-age` it came with, is renewed in the background. Default 600. */
  readonly cacheMaxAgeSeconds?: number;
  /** A set that could not be renewed for this long answers nothing any more. Default 86 400. */
  readonly maxStaleSeconds?: number;
  /** At most one fetch in this time after a good one; after bad ones 1, 2, 4, … up to this. Default 30. */
  readonly cooldownSeconds?: number;
  /** Deadline of one fetch, body included. Default 5000. */
  readonly timeoutMs?: number;
  /** Default 524 288. */
  readonly maxBytes?: number;
  /** Default 100. */
  readonly maxKeys?: number;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch, default `Date.now`. */
  readonly now?: () => number;
  /** Let `http:` pass: whoever sits on the wire then chooses the keys. */
  readonly dangerAllowHttp?: boolean;
}

export type RemoteKeySetRules = Required<RemoteKeySetOptions> & { readonly url: string };

const optionNames: ReadonlySet<string> = new Set([
  'algorithms',
  'cacheMaxAgeSeconds',
  'maxStaleSeconds',
  'cooldownSeconds',
  'timeoutMs',
  'maxBytes',
  'maxKeys',
  'fetch',
  'now',
  'dangerAllowHttp',
]);
const daySeconds = 86_400;
/** The longest wait that a Node timer holds. */
const maxTimeoutMs = 2_147_483_647;

/** @throws TypeError for an unusable address or option */
export function readRemoteOptions(url: string | URL, options: RemoteKeySetOptions): RemoteKeySetRules {
  checkKnownOptions(options, optionNames, 'createRemoteKeySet');
  const rules = {
    url: readUrl(url, options.dangerAllowHttp === true),
    algorithms: options.algorithms ?? publishableAlgorithms,
    cacheMaxAgeSeconds: readNumber(options.cacheMaxAgeSeconds ?? 600, 'cacheMaxAgeSeconds', 365 * daySeconds),
    maxStaleSeconds: readNumber(options.maxStaleSeconds ?? daySeconds, 'maxStaleSeconds', 365 * daySeconds),
    cooldownSeconds: readNumber(options.cooldownSeconds ?? 30, 'cooldownSeconds', daySeconds),
    timeoutMs: readNumber(options.timeoutMs ?? 5000, 'timeoutMs', maxTimeoutMs),
    maxBytes: readNumber(options.maxBytes ?? 524_288, 'maxBytes', 1_048_576),
    maxKeys: readNumber(options.maxKeys ?? 100, 'maxKeys', 10_000),
    fetch: options.fetch ?? ((address: string, init: RequestInit) => fetch(address, init)),
    now: options.now ?? Date.now,
    dangerAllowHttp: options.dangerAllowHttp === true,
  };
  if (typeof rules.fetch !== 'function' || typeof rules.now !== 'function') {
    throw new TypeError('createRemoteKeySet: fetch and now must be functions');
  }
  if (rules.maxStaleSeconds < rules.cacheMaxAgeSeconds) {
    throw new TypeError('createRemoteKeySet: maxStaleSeconds must not be below cacheMaxAgeSeconds');
  }
  checkAlgorithms(rules.algorithms);
  return rules;
}

function checkAlgorithms(names: readonly AlgorithmName[]): void {
  const isUsable = (name: unknown): boolean => isAlgorithmName(name) && publishableAlgorithms.includes(name);
  if (!Array.isArray(names) || names.length === 0 || !names.every(isUsable)) {
    throw new TypeError('createRemoteKeySet: algorithms must be a non-empty list of names with key pairs');
  }
}

function readUrl(url: string | URL, allowHttp: boolean): string {
  const address = URL.parse(String(url));
  const isAllowed = address?.protocol === 'https:' || (allowHttp && address?.protocol === 'http:');
  if (address === null || !isAllowed)
    throw new TypeError('createRemoteKeySet: the address must be an https URL');
  if (address.username !== '' || address.password !== '') {
    throw new TypeError('createRemoteKeySet: the address must not carry a password');
  }
  return address.href;
}

function readNumber(value: number, name: string, max: number): number {
  if (typeof value !== 'number' || !(value >= 1 && value <= max)) {
    throw new TypeError(`createRemoteKeySet: ${name} must be a number from 1 to ${max}`);
  }
  return value;
}
