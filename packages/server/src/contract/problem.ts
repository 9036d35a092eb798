import { z } from 'zod';

/** RFC 9457 §3, with a stable `code`. */
export const problemAnswer = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable; what programs should look at'),
    request_id: z.string().describe('The same as in the log of the server'),
    fields: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Members of the input at fault'),
  })
  .meta({ id: 'Problem', title: 'Problem' });

/** RFC 6749 §5.2. */
export const oauthErrorAnswer = z
  .strictObject({ error: z.string(), error_description: z.string() })
  .meta({ id: 'OAuthError', title: 'OAuth error' });
