/**
 * Why something that came from the feed does not count. Codes are stable; texts
 * are for a log and carry nothing of what came.
 */
export const feedErrors = {
  head_malformed: 'a head has not the form of a head',
  head_foreign: 'a head is of another issuer',
  head_unverified: 'the signature of a head does not verify',
  head_key_unknown: 'a head is signed by a key that the issuer does not publish',
  head_from_the_future: 'a head is dated later than this clock and its tolerance',
  head_number_too_large: 'the sequence number of a head is beyond what is counted exactly',
  keys_foreign: 'the keys of the feed are those of another issuer',
  answer_malformed: 'an answer of the feed has not the form that was asked for',
  answer_too_large: 'an answer of the feed is longer than allowed',
  not_answered: 'the feed did not answer with what was asked for',
  timed_out: 'the feed did not answer in time',
  unauthorized: 'the feed refuses the credential',
  snapshot_mismatch: 'a snapshot is not the one that the head names',
  too_much_to_catch_up: 'a snapshot was left behind by the log before it was read',
} as const;

export type FeedErrorCode = keyof typeof feedErrors;

/** Branch on `code`, never on the message. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  readonly code: FeedErrorCode;

  constructor(code: FeedErrorCode, cause?: unknown) {
    super(feedErrors[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
