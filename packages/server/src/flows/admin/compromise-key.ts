import type { Actor } from '../../base/actor.ts';
import type { CompromisePlan, House, RequestSource } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { lastSequence, publishEvents } from '../../store/revocations.ts';
import { beginAct } from '../begin-act.ts';
import { allRefusedAs, commitAct } from '../commit-act.ts';
import { checkReason } from './check-reason.ts';

export interface CompromiseKey {
  readonly actor: Actor;
  /** `kid` of the key: 43 base64url characters. */
  readonly keyId: string;
  readonly reason: string;
}

export interface CompromisedKey {
  /** Of the event. */
  readonly seq: number;
  /** The key that signs from now on. */
  readonly signingKeyId: string;
}

const maxAttempts = 5;

/**
 * Takes a signing key out of use for good, because somebody else may have it:
 * it is unpublished, whatever it signed is denied, and the next key signs, all
 * in one commit. Sessions go on: clients renew.
 *
 * Every process over the same database refuses its tokens at once; another one
 * signs with the next key when it hears of the event, within 100 ms. Guards
 * refuse when the event reaches them. Services that know the published keys alone refuse it when they fetch
 * them again. A key that is out of use already gets another event.
 *
 * @throws Refusal `not_found`, `invalid_request`; `no_signing_keys` with a shared secret, `conflict`
 */
export async function compromiseKey(
  house: House,
  input: CompromiseKey,
  source: RequestSource,
): Promise<CompromisedKey> {
  const reason = checkReason(input.reason);
  for (let attempt = 1; ; attempt++) {
    await house.keys.reload();
    const plan = readPlan(house, input.keyId);
    try {
      const seq = await commitLoss(house, { ...input, reason, plan }, source);
      await house.keys.reload();
      return { seq, signingKeyId: plan.signingKeyId };
    } catch (error) {
      // Another process changed the keys since they were read.
      const isStale = error instanceof Refusal && error.code === 'conflict';
      if (!isStale || attempt === maxAttempts) throw error;
    }
  }
}

type PossibleLoss = Extract<CompromisePlan, { readonly signingKeyId: string }>;

function readPlan(house: House, keyId: string): PossibleLoss {
  const plan = house.keys.planCompromise(keyId);
  if (plan.kind === 'unknown') throw new Refusal('not_found', { reason: 'no such key' });
  if (plan.kind === 'shared-secret') throw new Refusal('no_signing_keys');
  return plan;
}

async function commitLoss(
  house: House,
  { actor, keyId, reason, plan }: CompromiseKey & { readonly plan: PossibleLoss },
  source: RequestSource,
): Promise<number> {
  const act = beginAct(house, actor, source);
  const results = await commitAct(house, [
    act.record('key.compromised', { subject: keyId, detail: { reason, signs: plan.signingKeyId } }),
    ...(plan.kind === 'planned' ? allRefusedAs(plan.act, 'conflict') : []),
    ...publishEvents(house.feed, act, [{ scope: 'key', subject: keyId, reason }]),
  ]);
  return lastSequence(results);
}
