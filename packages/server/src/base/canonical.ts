/**
 * The one form of an e-mail address by which it is found and kept unique:
 * NFKC, lower case without regard to the locale. The form as typed is kept
 * beside it for display.
 */
export function canonicalEmail(email: string): string {
  return email.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** The one form of a user name; user names never hold an `@`, so the two cannot be mixed up. */
export function canonicalUsername(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** Which of the two an identifier of a log-in is. */
export function isEmailLike(identifier: string): boolean {
  return identifier.normalize('NFKC').includes('@');
}
