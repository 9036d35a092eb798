type HeaderFields = Readonly<Record<string, string>>;

export interface Cors {
  /** For every answer; without listed origins there is nothing to say. */
  fields(headers: Headers): HeaderFields;
  /** For the answer to a preflight of a listed origin, else undefined. */
  preflight(headers: Headers, methods: readonly string[]): HeaderFields | undefined;
}

const allowedHeaders = 'Authorization, Content-Type, Idempotency-Key';
const exposedHeaders = 'WWW-Authenticate, Retry-After, X-Request-Id';

/**
 * Lets pages of the listed origins read answers, with cookies. An origin is
 * compared as a whole and answered from our list, never reflected; `Vary` is set
 * whoever asks, so that no cache gives one origin's answer to another.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCors(origins: readonly string[]): Cors {
  const byName = new Map(
    origins
      .filter((origin) => origin !== 'null')
      .map((origin) => [
        origin,
        {
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Allow-Credentials': 'true',
          'Access-Control-Expose-Headers': exposedHeaders,
          Vary: 'Origin',
        },
      ]),
  );
  const others: HeaderFields = byName.size === 0 ? {} : { Vary: 'Origin' };
  return {
    fields: (headers) => byName.get(headers.get('origin') ?? '') ?? others,
    preflight(headers, methods) {
      const isPreflight = headers.has('access-control-request-method');
      if (!isPreflight || !byName.has(headers.get('origin') ?? '')) return undefined;
      return {
        'Access-Control-Allow-Methods': methods.join(', '),
        'Access-Control-Allow-Headers': allowedHeaders,
        'Access-Control-Max-Age': '600',
      };
    },
  };
}
