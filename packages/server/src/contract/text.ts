import { z } from 'zod';

/** 22 base64url characters: the form of every id that Countersign makes. */
export const idText: z.ZodType<string> = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
