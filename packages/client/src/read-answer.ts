import { fromBase64url } from './base64url.ts';
import { ClientError, type Problem } from './client-error.ts';
import type { LogInAnswer, User } from './wire.ts';

/** Members of a JSON object, or none when `value` is something else. */
export function readMembers(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

export function isUser(value: unknown): value is User {
  const user = readMembers(value);
  return (
    typeof user.get('id') === 'string' &&
    typeof user.get('email') === 'string' &&
    isTextOrNull(user.get('username')) &&
    isTextOrNull(user.get('name')) &&
    isTextList(user.get('roles')) &&
    isTextList(user.get('permissions')) &&
    typeof user.get('created_at') === 'number'
  );
}

/** RFC 9457 §3.1: every member is optional, and counts only with its own type. */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const problem = readMembers(value);
  const isTextOrAbsent = (name: string): boolean => {
    const member = problem.get(name);
    return member === undefined || typeof member === 'string';
  };
  const status = problem.get('status');
  return (
    ['type', 'title', 'detail', 'code'].every(isTextOrAbsent) &&
    (status === undefined || typeof status === 'number')
  );
}

/** @throws ClientError `unexpected_answer` */
export function readUser(answer: unknown): User {
  const user = readMembers(answer).get('user');
  if (!isUser(user)) throw unexpected();
  return user;
}

/** @throws ClientError `unexpected_answer` */
export function readLogInAnswer(answer: unknown): LogInAnswer {
  if (!isLogInAnswer(answer)) throw unexpected();
  return answer;
}

/** The `sid` that an access token names, NOT verified: good for telling sessions apart, for nothing else. */
export function readSessionId(accessToken: string): string | undefined {
  const bytes = fromBase64url(accessToken.split('.')[1] ?? '');
  if (bytes === undefined) return undefined;
  try {
    const sid = readMembers(JSON.parse(new TextDecoder().decode(bytes))).get('sid');
    return typeof sid === 'string' ? sid : undefined;
  } catch {
    return undefined;
  }
}

export function unexpected(): ClientError {
  return new ClientError('unexpected_answer', 'The issuer answered in a form this client does not know');
}

function isLogInAnswer(value: unknown): value is LogInAnswer {
  const answer = readMembers(value);
  const expiresInSeconds = answer.get('expires_in');
  const refreshToken = answer.get('refresh_token');
  return (
    typeof answer.get('access_token') === 'string' &&
    typeof expiresInSeconds === 'number' &&
    expiresInSeconds > 0 &&
    (refreshToken === undefined || typeof refreshToken === 'string') &&
    isUser(answer.get('user'))
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
