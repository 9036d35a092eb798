import { canonicalEmail, canonicalUsername } from '../base/canonical.ts';
import { isMailbox } from '../base/mailbox.ts';
import { notOfForm } from '../base/refusal.ts';

export interface NameForms {
  /** As typed, for display. */
  readonly shown: string;
  /** The form that is unique and looked up. */
  readonly canonical: string;
}

const maxNameCharacters = 200;

const usernameForm = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,62}[\p{L}\p{N}])?$/u;
/** Control, unassigned and private characters, line breaks, and those that turn the direction of text. */
const misleadingCharacters = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Judged after NFKC, so that no character turns into an `@` or a comma later. @throws Refusal `invalid_request` naming `email` */
export function readEmail(text: string): NameForms {
  const shown = text.normalize('NFKC');
  if (!isMailbox(shown)) throw notOfForm('email', 'is not one e-mail address');
  return { shown, canonical: canonicalEmail(shown) };
}

/** @throws Refusal `invalid_request` naming `username` */
export function readUsername(text: string): NameForms {
  const shown = text.normalize('NFKC');
  if (!usernameForm.test(shown)) {
    throw notOfForm('username', 'takes 1 to 64 letters and digits, with . _ - between them');
  }
  return { shown, canonical: canonicalUsername(shown) };
}

/** A name for people: any script, one line. @throws Refusal `invalid_request` naming `name` */
export function readName(text: string): string {
  const name = text.normalize('NFC').trim();
  if (name === '' || name.length > maxNameCharacters || misleadingCharacters.test(name)) {
    throw notOfForm('name', 'takes 1 to 200 characters on one line');
  }
  return name;
}
