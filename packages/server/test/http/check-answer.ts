import assert from 'node:assert/strict';
import { type RefusalCode, refusals } from '../../src/base/refusals.ts';
import { oauthErrorAnswer, problemAnswer } from '../../src/contract/problem.ts';
import { statusOf } from '../../src/http/answer-error.ts';
import { refusalsOf } from '../../src/http/refusals-of.ts';
import type { Route } from '../../src/http/route.ts';
import { memberOf, type Seen } from './http-ground.ts';

/** What no answer of any route may show. */
const neverShown = ['$argon2', '.ts:', 'node:', 'SQLITE', 'sealed_', '[object', 'undefined'];

const alwaysThere: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'referrer-policy': /^(?:no-referrer|same-origin)$/,
  'x-content-type-options': /^nosniff$/,
  'x-request-id': /^[A-Za-z0-9_-]{22}$/,
  'cache-control': /./,
};

/** What holds for every answer: headers, form, and that the reference knows it. */
export function checkAnswer(route: Route | undefined, seen: Seen): void {
  checkHeaders(seen.headers);
  for (const text of neverShown) assert.ok(!seen.text.includes(text), `shows ${text}: ${seen.text}`);
  assert.notEqual(seen.status, 500, seen.text);
  if (seen.status >= 400) checkRefusal(route, seen);
  else if (route !== undefined) checkSuccess(route, seen);
}

/** */
export function checkHeaders(headers: Headers): void {
  for (const [name, form] of Object.entries(alwaysThere)) assert.match(headers.get(name) ?? '', form, name);
}

function checkSuccess(route: Route, seen: Seen): void {
  if (seen.status === 303) return checkWay(route, seen);
  const { status, otherStatus } = route.output;
  assert.ok(seen.status === status || seen.status === otherStatus, `answers ${seen.status}`);
  assert.equal(seen.headers.get('cache-control'), route.output.cacheControl);
  if (route.output.body === undefined) {
    assert.equal(seen.text, '');
    assert.equal(seen.headers.get('content-type'), null);
    return;
  }
  assert.equal(seen.headers.get('content-type'), route.output.mediaType);
  const parsed = route.output.body.safeParse(
    /^(?:text|image)\//.test(route.output.mediaType) ? seen.text : seen.json,
  );
  assert.ok(parsed.success, `not of the documented form: ${seen.text.slice(0, 500)}`);
}

/** A page that leads to another one: here, or to a listed origin. */
function checkWay(route: Route, seen: Seen): void {
  assert.equal(route.errorStyle, 'page');
  assert.match(seen.headers.get('location') ?? '', /^(?:\/(?![/\\])|https:\/\/app\.example\.com\/)/);
  assert.equal(seen.headers.get('cache-control'), 'no-store');
  assert.equal(seen.text, '');
}

/** A page that says what is wrong. */
function checkPageRefusal(seen: Seen): string {
  assert.equal(seen.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(seen.text, /^<!doctype html>\n<html lang="(?:en|de)">/);
  return /data-code="([a-z_]+)"/.exec(seen.text)?.[1] ?? '';
}

function checkRefusal(route: Route | undefined, seen: Seen): void {
  assert.equal(seen.headers.get('cache-control'), 'no-store');
  if (seen.status === 401) assert.ok(seen.headers.has('www-authenticate'), 'RFC 9110 §15.5.2');
  if (seen.status === 405) return;
  if (route?.errorStyle === 'page') {
    checkPageRefusal(seen);
  } else if (route?.errorStyle === 'oauth') {
    assert.equal(seen.headers.get('content-type'), 'application/json');
    assert.ok(oauthErrorAnswer.safeParse(seen.json).success, seen.text);
  } else {
    assert.equal(seen.headers.get('content-type'), 'application/problem+json');
    assert.ok(problemAnswer.safeParse(seen.json).success, seen.text);
    assert.equal(memberOf(seen.json, 'status'), seen.status);
    assert.equal(memberOf(seen.json, 'request_id'), seen.headers.get('x-request-id'));
  }
  if (route !== undefined) checkIsDocumented(route, seen);
}

function checkIsDocumented(route: Route, seen: Seen): void {
  const isOAuth = route.errorStyle === 'oauth';
  const shown =
    route.errorStyle === 'page' ? checkPageRefusal(seen) : memberOf(seen.json, isOAuth ? 'error' : 'code');
  const name = (code: RefusalCode): string => (isOAuth ? refusals[code].oauthError : code);
  const known = refusalsOf(route).some(
    (code) => name(code) === shown && statusOf(code, route.errorStyle) === seen.status,
  );
  assert.ok(
    known,
    `${seen.status} ${String(shown)} is not in the reference of ${route.method} ${route.path}`,
  );
}
