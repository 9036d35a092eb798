import { z } from 'zod';
import { epochSeconds, keyIdText, reasonText, toSeconds } from '../text.ts';

const keyObject = z
  .strictObject({
    key_id: z.string(),
    algorithm: z.string(),
    state: z.enum(['published', 'signing', 'retired', 'compromised']),
    created_at: epochSeconds,
    signs_from: epochSeconds,
    signs_until: epochSeconds.nullable(),
    published_until: epochSeconds.nullable(),
  })
  .meta({ id: 'SigningKey', title: 'Signing key' });

export type WireKey = z.infer<typeof keyObject>;

export const keysAnswer = z.strictObject({
  items: z.array(keyObject),
  next_cursor: z.null().describe('There are few: one page holds them all'),
});

export interface KeyFacts {
  readonly keyId: string;
  readonly algorithm: string;
  readonly state: WireKey['state'];
  readonly createdAtMs: number;
  readonly signsFromMs: number;
  readonly signsUntilMs: number | undefined;
  readonly publishedUntilMs: number | undefined;
}

/** Named member by member: a private part that strayed into the facts stays here. */
export function toWireKey(key: KeyFacts): WireKey {
  return {
    key_id: key.keyId,
    algorithm: key.algorithm,
    state: key.state,
    created_at: toSeconds(key.createdAtMs),
    signs_from: toSeconds(key.signsFromMs),
    signs_until: key.signsUntilMs === undefined ? null : toSeconds(key.signsUntilMs),
    published_until: key.publishedUntilMs === undefined ? null : toSeconds(key.publishedUntilMs),
  };
}

export const keyParams = z.strictObject({ id: keyIdText });

export const compromiseInput = z.strictObject({ reason: reasonText });

export const compromiseAnswer = z.strictObject({
  seq: z.int().describe('Number of the event in the revocation feed'),
  signing_key_id: z.string().describe('The key that signs from now on'),
});

export type WireCompromise = z.infer<typeof compromiseAnswer>;

export function toWireCompromise(done: {
  readonly seq: number;
  readonly signingKeyId: string;
}): WireCompromise {
  return { seq: done.seq, signing_key_id: done.signingKeyId };
}

export const rotationAnswer = z.strictObject({
  key_id: z.string().describe('The key that signs next'),
  signs_from: epochSeconds,
});

export type WireRotation = z.infer<typeof rotationAnswer>;

export function toWireRotation(plan: { readonly keyId: string; readonly signsFromMs: number }): WireRotation {
  return { key_id: plan.keyId, signs_from: toSeconds(plan.signsFromMs) };
}
