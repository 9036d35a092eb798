import type { House, RequestSource } from '../base/house.ts';
import { isRandomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { type LinkPurpose, maxLinkAttempts } from '../rules/mail-links.ts';
import { type ChallengeRow, countAttempt, findChallenge, spendChallenge } from '../store/challenges.ts';
import { refusedAs, type Step } from './commit-act.ts';

export interface TriedLink {
  readonly userId: string | null;
  readonly userGeneration: number | null;
  readonly createdAtMs: number;
  readonly detail: LinkDetail;
  /** The step that spends it, for the act that does what it is for: of any number of such acts one holds. */
  spend(atMs: number): Step;
}

/** What a link was opened with. */
export interface LinkDetail {
  /** @throws when it has no such text: a fault of ours */
  text(name: string): string;
  find(name: string): string | undefined;
}

/**
 * Counts a try of a link and reads what it is for. It is not spent by that: who
 * chose a bad password may choose another one.
 *
 * @throws Refusal `invalid_link` when it is unknown, of another purpose, spent, too old or tried too often;
 *   `too_many_requests`
 */
export async function tryLink(
  house: House,
  { purpose, token }: { readonly purpose: LinkPurpose; readonly token: string },
  source: RequestSource,
): Promise<TriedLink> {
  house.limits.spend('link by source', source.address);
  if (!isRandomId(token)) throw new Refusal('invalid_link', { reason: 'not the form of a link' });
  const name = { id: idOfSecret(token), purpose };
  const outcome = await house.store.commit([countAttempt({ ...name, nowMs: house.now() }, maxLinkAttempts)]);
  if (outcome.kind === 'refused') throw new Error(`a try was not counted: ${outcome.cause.kind}`);
  const [row] = outcome.results[0].rows;
  if (row === undefined) throw new Refusal('invalid_link', { reason: `no open ${purpose}` });
  return toLink(row, (nowMs) => refusedAs(spendChallenge({ ...name, nowMs }), 'invalid_link'));
}

/** What a link is for, for the page that shows its form. Changes nothing and counts nothing. */
export async function findLink(
  house: House,
  { purpose, token }: { readonly purpose: LinkPurpose; readonly token: string },
): Promise<Omit<TriedLink, 'spend'> | undefined> {
  if (!isRandomId(token)) return undefined;
  const name = { id: idOfSecret(token), purpose, nowMs: house.now() };
  const [row] = await house.store.read(findChallenge(name));
  return row === undefined ? undefined : toLink(row, (nowMs) => spendChallenge({ ...name, nowMs }));
}

function toLink(row: ChallengeRow, spend: TriedLink['spend']): TriedLink {
  const { userId, userGeneration, createdAtMs } = row;
  return { userId, userGeneration, createdAtMs, detail: readLinkDetail(row.detail), spend };
}

/** @param json as the row has it */
export function readLinkDetail(json: string): LinkDetail {
  const parsed: unknown = JSON.parse(json);
  const find = (name: string): string | undefined => {
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const value: unknown = Object.getOwnPropertyDescriptor(parsed, name)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const text = (name: string): string => {
    const value = find(name);
    if (value === undefined) throw new Error(`a link without ${name}`);
    return value;
  };
  return { text, find };
}
