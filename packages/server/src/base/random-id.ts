import { randomBytes } from 'node:crypto';

/** 128 random bits as 22 base64url characters: the form of every id that Countersign makes. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

const idForm = /^[A-Za-z0-9_-]{22}$/;

/** Whether a text has the form of an id. Does NOT say that anything of that id exists. */
export function isRandomId(text: string): boolean {
  return idForm.test(text);
}
