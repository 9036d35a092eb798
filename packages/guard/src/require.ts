import type { Auth } from './auth.ts';
import { type LogInDemand, type Refusal, refuseLogIn, refuseScope } from './challenge.ts';

/** What a route asks for beyond a valid token. Everything listed must be held. */
export interface Requirements {
  /** OAuth scopes, one to a string. */
  readonly scope?: string | readonly string[];
  readonly role?: string | readonly string[];
  readonly permission?: string | readonly string[];
  /**
   * How strong the log-in must have been: the `acr` of the token is this, or one of these. Whole strings: a level
   * implies no other. At a Countersign issuer `aal2` means two factors.
   */
  readonly acr?: string | readonly string[];
  /** Longest time since the user last proved who they are, in whole seconds. */
  readonly maxAuthAgeSeconds?: number;
  /**
   * How old what is known of revocations may be, in whole seconds from 1 to 86 400. Only less than what the
   * guard allows has an effect. Where revocations are not followed it is a TypeError.
   */
  readonly maxStalenessSeconds?: number;
}

/** Decides whether a verified caller may pass: `undefined` means yes. */
export type CheckAccess = (auth: Auth) => Refusal | undefined;

export interface RequireClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clockToleranceSeconds: number;
}

/**
 * Make the check of one route's requirements.
 *
 * Rights are compared as whole strings: there are no wildcards and no role
 * implies another. The strength of the log-in is asked for before the rights,
 * because a stronger one may bring a right that the issuer withholds from a
 * weaker one; its age after them, because logging in again would bring none.
 *
 * @throws TypeError when a member is unknown, empty or of the wrong type
 */
export function compileRequirements(
  requirements: Requirements | undefined,
  clock: RequireClock,
): CheckAccess {
  if (requirements === undefined) return () => undefined;
  checkMembers(requirements);
  const scopes = readList('scope', requirements.scope, isScopeToken);
  const roles = readList('role', requirements.role, isNonEmpty);
  const permissions = readList('permission', requirements.permission, isNonEmpty);
  const demand = {
    acrValues: readList('acr', requirements.acr, isScopeToken),
    maxAuthAgeSeconds: readMaxAge(requirements.maxAuthAgeSeconds),
  };
  return (auth) => {
    const tooWeak = checkStrength(auth, demand);
    if (tooWeak !== undefined) return tooWeak;
    if (!holdsAll(auth.scopes, scopes)) return refuseScope('scope_missing', scopes);
    if (!holdsAll(auth.roles, roles)) return refuseScope('role_missing', scopes);
    if (!holdsAll(auth.permissions, permissions)) return refuseScope('permission_missing', scopes);
    return checkAge(auth, demand, clock);
  };
}

function checkStrength(auth: Auth, demand: LogInDemand): Refusal | undefined {
  if (demand.acrValues.length === 0) return undefined;
  if (auth.acr === undefined) return refuseLogIn('acr_missing', demand);
  return demand.acrValues.includes(auth.acr) ? undefined : refuseLogIn('acr_insufficient', demand);
}

function checkAge(auth: Auth, demand: LogInDemand, clock: RequireClock): Refusal | undefined {
  const { maxAuthAgeSeconds } = demand;
  if (maxAuthAgeSeconds === undefined) return undefined;
  if (auth.authTime === undefined) return refuseLogIn('auth_time_missing', demand);
  const ageSeconds = clock.now() / 1000 - auth.authTime;
  // An auth_time in the future would stay young for as long as the issuer's clock is wrong.
  const isYoung = ageSeconds <= maxAuthAgeSeconds + clock.clockToleranceSeconds;
  const isPast = ageSeconds >= -clock.clockToleranceSeconds;
  return isYoung && isPast ? undefined : refuseLogIn('authentication_too_old', demand);
}

function holdsAll(held: readonly string[], wanted: readonly string[]): boolean {
  for (const right of wanted) if (!held.includes(right)) return false;
  return true;
}

const knownMembers: ReadonlySet<string> = new Set([
  'scope',
  'role',
  'permission',
  'acr',
  'maxAuthAgeSeconds',
  'maxStalenessSeconds',
]);

function checkMembers(requirements: unknown): void {
  if (typeof requirements !== 'object' || requirements === null || Array.isArray(requirements)) {
    throw new TypeError('guard: requirements must be an object such as { permission: "orders:write" }');
  }
  for (const [name, value] of Object.entries(requirements)) {
    if (!knownMembers.has(name)) throw new TypeError(`guard: unknown requirement "${name}"`);
    // A misspelt constant must not turn into "nothing required".
    if (value === undefined) throw new TypeError(`guard: requirement "${name}" is undefined`);
  }
}

function readList(
  name: string,
  value: string | readonly string[] | undefined,
  isWell: (item: unknown) => boolean,
): readonly string[] {
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  // An empty list would require nothing, which is never what was meant.
  if (list.length === 0 || !list.every(isWell)) {
    throw new TypeError(`guard: requirement "${name}" must be a non-empty string or a list of them`);
  }
  return list.filter((item) => typeof item === 'string');
}

function isNonEmpty(item: unknown): boolean {
  return typeof item === 'string' && item !== '';
}

/** scope-token of RFC 6749 §3.3: no space, quote or backslash, so it can stand in a challenge as it is. */
function isScopeToken(item: unknown): boolean {
  return typeof item === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(item);
}

function readMaxAge(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new TypeError(
      'guard: requirement "maxAuthAgeSeconds" must be a whole number of seconds, 0 or more',
    );
  }
  return value;
}

/**
 * The age that a route allows.
 *
 * @throws TypeError for one that is out of bounds, or that nobody could keep because some issuer is not followed
 */
export function readRouteStaleness(
  requirements: Requirements | undefined,
  isFollowing: boolean,
): number | undefined {
  const seconds = requirements?.maxStalenessSeconds;
  checkStaleness(seconds, 'guard: requirement "maxStalenessSeconds"');
  if (seconds !== undefined && !isFollowing) {
    throw new TypeError(
      'guard: "maxStalenessSeconds" needs a guard that follows the revocations of its issuers',
    );
  }
  return seconds;
}

const maxStalenessSeconds = 86_400;

/** @throws TypeError unless it is a whole number from 1 to 86 400, or absent */
export function checkStaleness(seconds: unknown, where: string): void {
  if (seconds === undefined) return;
  const isWhole = typeof seconds === 'number' && Number.isSafeInteger(seconds);
  if (!isWhole || seconds < 1 || seconds > maxStalenessSeconds) {
    throw new TypeError(`${where} must be a whole number of seconds from 1 to ${maxStalenessSeconds}`);
  }
}
