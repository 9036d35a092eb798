import { z } from 'zod';
import { idText, nameText, passwordText, usernameText } from './text.ts';

/** Fields of forms and parameters of pages. Names are those of the wire. */

/** A MAC, 43 base64url characters. */
export const tokenText = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Where to go on afterwards; what is no such place is not gone to. */
const returnText = z.string().max(2048).optional();

export const returnQuery = z.object({ return_to: returnText });

/** `notice`: what the page begins with. `again`: whoever is signed in wants to sign in as somebody else. */
export const signInQuery = z.object({
  return_to: returnText,
  notice: z.string().max(32).optional(),
  again: z.string().max(1).optional(),
});

export const secondStepQuery = z.object({ return_to: returnText, factor: z.string().max(32).optional() });

/** As somebody types it: with blanks or hyphens where they help to read. */
const codeText = z.string().min(1).max(64);

export const codeForm = z.strictObject({ code: codeText });

export const signInAgainForm = z.strictObject({ password: passwordText });

/** Out of a mailed link. What cannot be one is no link. */
const linkText = z.string().min(1).max(64);

export const linkQuery = z.object({ token: linkText.optional() });

export const linkForm = z.strictObject({ token: linkText });

/** What people type who may not know whether it is an address or a name. */
const identifierText = z.string().min(1).max(254);

export const signInForm = z.strictObject({ identifier: identifierText, password: passwordText });

export const nothingForm = z.strictObject({});

export const profileForm = z.strictObject({ name: nameText.optional(), username: usernameText.optional() });

export const passwordForm = z.strictObject({ current_password: passwordText, new_password: passwordText });

export const sessionForm = z.strictObject({ session_id: idText });

/** Which notice an account page begins with. What is none is not shown. */
export const doneQuery = z.object({ done: z.string().max(32).optional() });

const kind = z.enum(['totp', 'sms', 'email']);

export const kindQuery = z.object({ kind: kind.optional().catch(undefined) });

export const kindForm = z.strictObject({ kind });

export const forgotForm = z.strictObject({ identifier: identifierText });

/** Without a password for whoever is signed in. */
export const mailboxForm = z.strictObject({ token: linkText, password: passwordText.optional() });

export const resetForm = z.strictObject({ token: linkText, password: passwordText });
