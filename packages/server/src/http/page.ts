import { z } from 'zod';
import type { House, LimitName, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { textAnswer } from '../contract/metadata.ts';
import { tokenText } from '../contract/page.ts';
import type { Frame } from '../pages/frame.ts';
import type { FormState } from '../pages/form.ts';
import type { Html } from '../pages/html.ts';
import { withReturn } from '../pages/links.ts';
import { checkInput } from './check-input.ts';
import { explainRefusal } from './explain-refusal.ts';
import { newFlow, readFlowCookie, readSessionCookie, writeFlowCookie } from './page-cookies.ts';
import type { CookieAccess, CookieChange, PageScope, RawRequest, Route, RouteAnswer } from './route.ts';
import type { Gate, Who } from './who.ts';

/** A page, or the way to another one. */
export type PageAnswer = (PageShown | { readonly goTo: string }) & {
  readonly cookies?: readonly CookieChange[];
  /** Why it is not what was asked for: decides the status. */
  readonly refusal?: Refusal;
};

export interface PageShown {
  readonly shows: Html;
  readonly title: string;
}

export interface PageVisit<Asker, Query> {
  readonly caller: Asker;
  readonly query: Query;
  readonly source: RequestSource;
  readonly cookie: CookieAccess;
  readonly frame: Frame;
  readonly scope: PageScope;
  /** What its forms show and carry: the form's token, what was typed, what was wrong with it. */
  readonly form: FormState;
}

/**
 * An address that people open: GET shows it, and POST takes its form and leads
 * on (RFC 9110 §15.4.4), or shows it again with what is wrong.
 */
export interface PageRow<Asker, Query, Fields> {
  readonly path: string;
  /** One line for the list of pages. */
  readonly summary: string;
  readonly who: Who<Asker>;
  readonly limits?: readonly LimitName[];
  /** Of showing it. */
  readonly refusals?: readonly RefusalCode[];
  /** Default: nothing. */
  readonly query?: z.ZodType<Query>;
  /** Whether a script of ours runs there. Default: none does. */
  readonly runsScript?: boolean;
  readonly show: (house: House, visit: PageVisit<Asker, Query>) => PageAnswer | Promise<PageAnswer>;
  readonly form?: {
    /** Members that are not given back when the form is shown again. */
    readonly secrets?: readonly string[];
    readonly fields: z.ZodType<Fields>;
    readonly refusals: readonly RefusalCode[];
    readonly act: (
      house: House,
      visit: PageVisit<Asker, Query>,
      fields: Fields,
    ) => PageAnswer | Promise<PageAnswer>;
  };
}

const html = 'text/html; charset=utf-8';
const token = z.looseObject({ form_token: tokenText.optional() });

/** Whatever a form is refused with is shown beside it; what is no form of ours, on a page of its own. */
const shownAgain: ReadonlySet<RefusalCode> = new Set([
  'form_expired',
  'invalid_request',
  'too_many_requests',
  'overloaded',
]);

/** The rows of a page: one for GET, and one for POST where it has a form. */
export function page<Asker, Query = undefined, Fields = undefined>(
  row: PageRow<Asker, Query, Fields>,
): readonly Route[] {
  const common = {
    path: row.path,
    tag: 'Pages',
    summary: row.summary,
    description: undefined,
    who: row.who,
    limits: row.limits ?? [],
    errorStyle: 'page',
    pagePowers: row.runsScript === true ? 'script' : 'forms',
  } as const;
  const output = { status: 200, body: textAnswer, mediaType: html, cacheControl: 'no-store' };
  const query = row.query === undefined ? {} : { query: row.query };
  const shows: Route = {
    ...common,
    method: 'GET',
    input: { ...query, bodyType: 'form', isBodyOptional: false },
    output,
    refusals: row.refusals ?? [],
    respond: (house, raw) => showPage(house, raw, row),
  };
  if (row.form === undefined) return [shows];
  const acts: Route = {
    ...common,
    method: 'POST',
    input: { ...query, body: row.form.fields, bodyType: 'form', isBodyOptional: false },
    output,
    refusals: ['foreign_origin', 'form_expired', ...row.form.refusals],
    respond: (house, raw) => takeForm(house, raw, row),
  };
  return [shows, acts];
}

async function showPage<Asker, Query, Fields>(
  house: House,
  raw: RawRequest,
  row: PageRow<Asker, Query, Fields>,
): Promise<RouteAnswer<unknown>> {
  const visit = await openVisit(house, raw, row);
  if (visit instanceof Refusal) return lead('/sign-in', visit, raw);
  try {
    return finish(visit, await row.show(house, visit));
  } catch (error) {
    return leadToProof(error, raw);
  }
}

async function takeForm<Asker, Query, Fields>(
  house: House,
  raw: RawRequest,
  row: PageRow<Asker, Query, Fields>,
): Promise<RouteAnswer<unknown>> {
  if (row.form === undefined) throw new TypeError('a page without a form');
  // A page elsewhere must not send our forms, whatever cookies come along.
  raw.cookie.checkOwnPage();
  const visit = await openVisit(house, raw, row);
  if (visit instanceof Refusal) return lead('/sign-in', visit, raw);
  const sent = await raw.readBody();
  try {
    const { form_token: formToken, ...fields } = checkInput(token, sent);
    const checked = checkInput(row.form.fields, fields);
    if (!isOwnForm(house, raw.cookie, formToken)) throw new Refusal('form_expired');
    return finish(visit, await row.form.act(house, visit, checked));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!shownAgain.has(error.code) && !row.form.refusals.includes(error.code))
      return leadToProof(error, raw);
    const typed = keepTyped(sent, row.form.secrets ?? []);
    const explained = explainRefusal(error, visit.frame, namesOf(row.form.fields));
    const again = { ...visit, form: { ...visit.form, typed, ...explained } };
    const shown = await row.show(house, again);
    // Nothing to show it beside.
    if ('goTo' in shown) throw error;
    return { ...finish(again, shown), refusal: error };
  }
}

interface OpenVisit<Asker, Query> extends PageVisit<Asker, Query> {
  /** Sets the flow's cookie where the browser has none yet. */
  readonly begun: readonly CookieChange[];
  readonly runsScript: boolean;
}

async function openVisit<Asker, Query, Fields>(
  house: House,
  raw: RawRequest,
  row: PageRow<Asker, Query, Fields>,
): Promise<OpenVisit<Asker, Query> | Refusal> {
  const caller = await admit(row.who, raw.gate);
  if (caller instanceof Refusal) return caller;
  const query = checkInput(row.query, row.query && raw.readQuery());
  const scope = await raw.openScope();
  const known = readFlowCookie(house, raw.cookie);
  const flow = known ?? newFlow();
  return {
    caller,
    query,
    source: raw.source,
    cookie: raw.cookie,
    scope,
    frame: scope.frame,
    form: {
      token: house.stamps.make('form', boundTo(house, raw.cookie, flow.id)),
      typed: {},
      faults: {},
      alert: undefined,
    },
    runsScript: row.runsScript === true,
    begun: known === undefined ? [writeFlowCookie(house, flow)] : [],
  };
}

/** Whoever must be signed in and is not is led there, and comes back. */
async function admit<Asker>(who: Who<Asker>, gate: Gate): Promise<Asker | Refusal> {
  try {
    return await who.admit(gate);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'sign_in_needed') return error;
    throw error;
  }
}

function lead(path: string, refusal: Refusal, { target }: RawRequest): RouteAnswer<unknown> {
  return { body: undefined, location: withReturn(path, target), refusal };
}

/** Whoever must show once more that it is he is led there, and comes back. */
function leadToProof(error: unknown, raw: RawRequest): RouteAnswer<unknown> {
  const isAsked = error instanceof Refusal && error.code === 'insufficient_user_authentication';
  if (isAsked) return lead('/sign-in/again', error, raw);
  throw error;
}

function namesOf(fields: z.ZodType): readonly string[] {
  return fields instanceof z.ZodObject ? Object.keys(fields.shape) : [];
}

/** A form belongs to a browser and to who is signed in there: it ends with either. */
function boundTo(house: House, cookie: CookieAccess, flowId: string): string {
  return `${flowId} ${readSessionCookie(house, cookie) ?? ''}`;
}

function isOwnForm(house: House, cookie: CookieAccess, presented: string | undefined): boolean {
  const flow = readFlowCookie(house, cookie);
  if (flow === undefined || presented === undefined) return false;
  return house.stamps.holds('form', boundTo(house, cookie, flow.id), presented);
}

function keepTyped(sent: unknown, secrets: readonly string[]): Readonly<Record<string, string>> {
  const hidden = new Set([...secrets, 'form_token']);
  const members = typeof sent === 'object' && sent !== null ? Object.entries(sent) : [];
  return Object.fromEntries(
    members.flatMap(([name, value]: [string, unknown]) =>
      hidden.has(name) || typeof value !== 'string' ? [] : [[name, value]],
    ),
  );
}

function finish<Asker, Query>(
  { begun, scope, form, runsScript }: OpenVisit<Asker, Query>,
  { cookies = [], refusal, ...answer }: PageAnswer,
): RouteAnswer<unknown> {
  const set = new Set(cookies.map(({ cookie }) => cookie));
  const all = [...begun.filter(({ cookie }) => !set.has(cookie)), ...cookies];
  if ('goTo' in answer) return { body: undefined, location: answer.goTo, cookies: all };
  const drawn = { ...answer, runsScript, isWrong: form.alert !== undefined, formToken: form.token };
  return { body: scope.draw(drawn), cookies: all, refusal };
}
