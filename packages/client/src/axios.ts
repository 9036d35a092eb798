import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { replaceAsAsked, type TokenSource } from './fetch-with-token.ts';

/** What was sent with our token: enough to send it once more. */
interface Sent {
  readonly token: string;
  /** Before axios turned it into text. */
  readonly data: unknown;
}

/**
 * Let an axios instance carry the access token to the issuer's and the API's
 * origins, renew and retry once on a 401 with `error="invalid_token"`; step-up as with `auth.fetch`.
 *
 * A body that is a stream is not sent again: the renewal serves the next request. An `Authorization` header of the
 * caller's own is left alone. In Node the header is taken off a redirect that
 * leaves those origins, subdomains included.
 *
 * @returns detach
 */
export function attachToAxios(auth: TokenSource, instance: AxiosInstance): () => void {
  const sent = new WeakMap<object, Sent>();
  const onRequest = instance.interceptors.request.use(async (config) => {
    if (config.headers.has('Authorization') || !auth.mayAttachTo(instance.getUri(config))) return config;
    const token = await auth.accessToken();
    if (token === undefined) return config;
    config.headers.set('Authorization', `Bearer ${token}`);
    guardRedirects(auth, config);
    sent.set(config, { token, data: config.data });
    return config;
  });
  const retry = async (response: AxiosResponse | undefined): Promise<AxiosResponse | undefined> => {
    const config = response?.config;
    const first = config === undefined ? undefined : sent.get(config);
    if (response?.status !== 401 || config === undefined || first === undefined) return undefined;
    const challenge = readChallenge(response);
    if (isStream(first.data)) {
      replaceAsAsked(auth, first.token, challenge).catch(() => undefined);
      return undefined;
    }
    const renewed = await replaceAsAsked(auth, first.token, challenge);
    if (renewed === undefined) return undefined;
    // With its own `Authorization` the repeat passes our interceptor untouched, so it is the only one.
    const headers = { ...config.headers, Authorization: `Bearer ${renewed}` };
    return await instance.request({ ...config, headers, data: first.data });
  };
  const onResponse = instance.interceptors.response.use(
    async (response) => (await retry(response)) ?? response,
    async (error: unknown) => {
      const retried = await retry(readResponse(error));
      if (retried === undefined) throw error;
      return retried;
    },
  );
  return () => {
    instance.interceptors.request.eject(onRequest);
    instance.interceptors.response.eject(onResponse);
  };
}

/** Node only; a browser drops the header itself. Older axios keeps it for subdomains. */
function guardRedirects(auth: TokenSource, config: InternalAxiosRequestConfig): void {
  const own = config.beforeRedirect;
  config.beforeRedirect = (options, response, request) => {
    own?.(options, response, request);
    if (typeof options.href === 'string' && auth.mayAttachTo(options.href)) return;
    for (const name of Object.keys(options.headers ?? {})) {
      if (name.toLowerCase() === 'authorization') delete options.headers[name];
    }
  };
}

function readChallenge(response: AxiosResponse): string | undefined {
  const value: unknown = response.headers['www-authenticate'];
  return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : undefined;
}

function readResponse(error: unknown): AxiosResponse | undefined {
  return isAxiosError(error) ? error.response : undefined;
}

/** Structural, so that this file loads without axios. */
function isAxiosError(error: unknown): error is { response?: AxiosResponse } {
  return error instanceof Error && 'isAxiosError' in error && error.isAxiosError === true;
}

function isStream(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return 'pipe' in data || 'getReader' in data || Symbol.asyncIterator in data;
}
