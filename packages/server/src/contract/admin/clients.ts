import { z } from 'zod';
import { maxScopesOfClient, scopeForm } from '../../rules/permissions.ts';
import { epochSeconds, nameText, toSeconds } from '../text.ts';

/** No member for a secret: it can be written and never read. */
export const clientObject = z
  .strictObject({
    id: z.string(),
    name: nameText,
    scopes: z.array(z.string()),
    disabled: z.boolean(),
    created_at: epochSeconds,
  })
  .meta({ id: 'Client', title: 'Machine client' });

export type WireClient = z.infer<typeof clientObject>;

export const clientAnswer = z.strictObject({ client: clientObject });

export const clientWithSecretAnswer = z.strictObject({
  client: clientObject,
  client_secret: z.string().describe('Shown this once; only its hash is kept'),
});

export type WireClientWithSecret = z.infer<typeof clientWithSecretAnswer>;

export interface ClientFacts {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly disabledAtMs: number | null;
  readonly createdAtMs: number;
}

export function toWireClient(client: ClientFacts): WireClient {
  return {
    id: client.id,
    name: client.name,
    scopes: [...client.scopes],
    disabled: client.disabledAtMs !== null,
    created_at: toSeconds(client.createdAtMs),
  };
}

export function toWireClientWithSecret(made: {
  readonly client: ClientFacts;
  readonly clientSecret: string;
}): WireClientWithSecret {
  return { client: toWireClient(made.client), client_secret: made.clientSecret };
}

export const clientParams = z.strictObject({
  id: z.string().regex(/^c_[A-Za-z0-9_-]{22}$/),
});

const scopes = z
  .array(z.string().regex(scopeForm))
  .max(maxScopesOfClient)
  .describe('All that tokens of the client may say; names of RFC 6749 §3.3');

export const createClientInput = z.strictObject({
  name: nameText,
  scopes,
});

export const changeClientInput = z.strictObject({
  name: nameText.optional(),
  scopes: scopes.optional().describe('Replaces all scopes and ends the tokens of the client'),
  disabled: z.boolean().optional().describe('`true` ends the tokens of the client'),
});
