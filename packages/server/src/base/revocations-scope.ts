/** What a machine client needs to follow the feed: guards, relays. */
export const followScope = 'revocations:read';
