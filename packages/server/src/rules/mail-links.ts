/** What a link in a message is for: a purpose of a challenge, the page that draws it, and how long it is good. */
export type LinkPurpose =
  | 'verify-email'
  | 'reset-password'
  | 'magic-link'
  | 'change-email'
  | 'undo-email'
  | 'cancel-deletion'
  | 'invite';

export interface LinkRow {
  /** Path of the page. A GET shows a form and changes nothing; what it posts spends the link. */
  readonly page: string;
  readonly validMinutes: number;
}

const day = 24 * 60;

export const mailLinks: Readonly<Record<LinkPurpose, LinkRow>> = {
  'verify-email': { page: '/verify-email', validMinutes: day },
  'reset-password': { page: '/reset-password', validMinutes: 30 },
  'magic-link': { page: '/magic-link', validMinutes: 10 },
  'change-email': { page: '/confirm-email', validMinutes: 60 },
  'undo-email': { page: '/undo-email', validMinutes: 7 * day },
  // As long as the grace of a deletion; this is the most that it can be.
  'cancel-deletion': { page: '/cancel-deletion', validMinutes: 90 * day },
  invite: { page: '/invite', validMinutes: 7 * day },
};

/** Where a message sends somebody who wants to sign in. */
export const signInPage = '/sign-in';

/** Where a notice sends somebody who did not do what it tells of: a reset ends every session. */
export const notMePage = '/forgot-password';

/** So often may a link be tried before it is worth nothing: for what is asked beside it. */
export const maxLinkAttempts = 10;

/** @param secret base64url, so nothing in it needs to be escaped */
export function linkPath(purpose: LinkPurpose, secret: string): string {
  return `${mailLinks[purpose].page}?token=${secret}`;
}
