import { ClientError } from './client-error.ts';
import type { TokenSource } from './fetch-with-token.ts';

export type AsUser = <T>(send: (accessToken: string) => Promise<T>) => Promise<T>;

/** With one renewal or step-up and one retry, as for any guarded resource. */
export async function callAsUser<T>(
  source: TokenSource,
  send: (accessToken: string) => Promise<T>,
): Promise<T> {
  const token = await source.accessToken();
  if (token === undefined) throw new ClientError('signed_out', 'Nobody is signed in');
  try {
    return await send(token);
  } catch (error) {
    const replaced = await findReplacement(source, token, error);
    if (replaced === undefined) throw error;
    return await send(replaced);
  }
}

async function findReplacement(
  source: TokenSource,
  token: string,
  error: unknown,
): Promise<string | undefined> {
  if (!(error instanceof ClientError)) return undefined;
  if (error.stepUpNeed !== undefined) return await source.replaceWeak(token, error.stepUpNeed);
  return error.code === 'invalid_token' ? await source.replaceRejected(token) : undefined;
}
