import { z } from 'zod';

/**
 * Texts of the wire. Lengths are in UTF-16 code units and come first, so that
 * no form is looked for in a text that is too long. Which addresses and
 * names are allowed is decided by `rules/account-names`.
 */

/** 22 base64url characters: the form of every id that Countersign makes. */
export const idText = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** `kid` of a signing key: an RFC 7638 thumbprint. */
export const keyIdText = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** Goes into the audit table; which characters are allowed is decided by the flow. */
export const reasonText = z.string().min(1).max(200).describe('For the audit table, on one line');

export const emailText = z.string().min(3).max(254).describe('E-mail address');

export const usernameText = z
  .string()
  .min(1)
  .max(64)
  .describe('Letters and digits, with . _ - between them; unique without regard to case');

export const nameText = z.string().min(1).max(200).describe('Name for people, on one line');

/** Longer than any that is accepted: `password_too_long` says the limit, which is in bytes. */
export const passwordText = z.string().min(1).max(4096).describe('At most 1024 bytes in UTF-8');

export const linkToken = z.string().min(1).max(64).describe('Out of the mailed link');

export const refreshTokenText = z.string().min(1).max(128).describe('`cs_rt_…`, opaque');

/** Seconds since 1970-01-01T00:00:00Z. */
export const epochSeconds = z.int().min(0).describe('Seconds since 1970-01-01T00:00:00Z');

/** The wire counts in whole seconds. */
export function toSeconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}
