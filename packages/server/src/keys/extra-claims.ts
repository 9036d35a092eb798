import type { EnrichAccessToken, EnrichmentFacts, ExtraClaims, JsonValue } from '../base/own-functions.ts';
import type { Schedule } from '../base/schedule.ts';

const limitMs = 1000;
const maxDepth = 5;

/** A name with a dot, a colon or a slash in it: no registered claim and none of ours has one. */
const collisionResistant = /^(?=.*[.:/])[\x21-\x7e]{3,128}$/;

/**
 * The operator's own claims for a token: what comes of `enrichAccessToken`,
 * within a second, when it is plain JSON under names that are nobody else's.
 * Without that no token is issued: an API that decides by such a claim must not
 * be given one without it.
 *
 * @throws Error  a fault: it goes to the log, and the caller learns nothing of it
 * @see RFC 7519 §4.2
 */
export async function findExtraClaims(
  enrichAccessToken: EnrichAccessToken,
  facts: EnrichmentFacts,
  schedule: Schedule,
): Promise<ExtraClaims> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const stop = schedule(() => {
    reject(new Error(`enrichAccessToken took longer than ${limitMs} ms`));
  }, limitMs);
  try {
    const claims: unknown = await Promise.race([enrichAccessToken(facts), tooLate]);
    if (!isObject(claims)) throw new Error('enrichAccessToken did not return an object of claims');
    return readClaims(claims);
  } finally {
    stop();
  }
}

function readClaims(claims: Readonly<Record<string, unknown>>): ExtraClaims {
  const read: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(claims)) {
    if (!collisionResistant.test(name)) {
      throw new Error(
        `enrichAccessToken returned the claim "${name}": name it like https://example.com/${name}`,
      );
    }
    if (!isJson(value, maxDepth)) {
      throw new Error(`enrichAccessToken returned "${name}", which is not plain JSON`);
    }
    read[name] = value;
  }
  return read;
}

function isJson(value: unknown, depth: number): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth - 1));
  return isObject(value) && Object.values(value).every((item) => isJson(item, depth - 1));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
