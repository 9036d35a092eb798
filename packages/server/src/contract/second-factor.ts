import { z } from 'zod';
import type { SecondFactor } from '../base/second-factor.ts';
import { secondFactorName, storage } from './sign-in.ts';
import { idText, refreshTokenText } from './text.ts';

export type WireFactorName = z.infer<typeof secondFactorName>;

export function toSecondFactor(name: WireFactorName): SecondFactor {
  return name === 'recovery_code' ? 'recovery-code' : name;
}

/** As somebody types it: with blanks or hyphens where they help to read. */
const codeText = z.string().min(1).max(64);

export const finishSecondFactorInput = z.strictObject({
  challenge_id: idText.describe('As the answer to the first proof gave it'),
  factor: secondFactorName,
  code: codeText.optional().describe('For every factor but `passkey`'),
  storage: storage
    .optional()
    .describe('Default: `body`. With `cookie` the call must come from the same origin'),
  refresh_token: refreshTokenText.optional().describe('One that is still held: its session ends'),
});
