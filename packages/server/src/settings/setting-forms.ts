import { z } from 'zod';

/** Forms that settings have in common. */
export const line: z.ZodString = z
  .string()
  .min(1, 'is empty')
  .max(2048, 'is too long')
  // a line break in a value would split headers and log lines.
  .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters');

export function whole(min: number, max: number): z.ZodInt {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

export function lineList(check: (text: string) => boolean, message: string): z.ZodArray<z.ZodString> {
  return z
    .array(line.refine(check, message), 'must be a list of texts')
    .max(64, 'holds more than 64 entries');
}
