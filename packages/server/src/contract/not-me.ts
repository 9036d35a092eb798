import { z } from 'zod';
import { epochSeconds, idText, toSeconds } from './text.ts';

export const notMeInput = z.strictObject({ token: idText.describe('From the link in the message') });

export const notMeQuery = z.strictObject({ token: idText.describe('From the link in the message') });

export const disownableAnswer = z
  .strictObject({
    at: epochSeconds,
    device: z.string().describe('What signed in, such as `Firefox on Linux`'),
    address: z.string().describe('From which address'),
  })
  .meta({ id: 'DisownableSignIn', title: 'A sign-in that its owner may take back' });

export const disownedAnswer = z
  .strictObject({
    needs_new_password: z.boolean().describe('The password opens nothing until another one is set'),
  })
  .meta({ id: 'DisownedSignIn', title: 'A sign-in that was taken back' });

export function toWireDisownable(signIn: {
  readonly atMs: number;
  readonly device: string;
  readonly address: string;
}): z.infer<typeof disownableAnswer> {
  return { at: toSeconds(signIn.atMs), device: signIn.device, address: signIn.address };
}
