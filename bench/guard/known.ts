import { randomBytes } from 'node:crypto';
import {
  createDenyState,
  encodeEvent,
  judgeFreshness,
  judgeToken,
  type RevocationView,
} from '@countersign/revocation';

/** What a guard knows, with so many live sessions revoked; `touch` is as good as an event. */
export function createKnown(sessions = 100_000): { readonly view: RevocationView; touch(): void } {
  const denials = createDenyState({ fingerprintKey: randomBytes(16) });
  const head = { timeMs: Date.now() + 600_000, ttlMaxSeconds: 3600 };
  const notAfterSeconds = Math.floor(Date.now() / 1000) + 3600;
  const events = Array.from({ length: sessions }, () =>
    encodeEvent({ scope: 'session', notAfterSeconds, fingerprint: randomBytes(8), epoch: 0 }),
  );
  const fault = denials.apply(Buffer.concat(events), 0, head);
  if (fault !== undefined) throw new Error(fault);
  const known = { denials, head };
  let changes = 0;
  const view: RevocationView = {
    get changes() {
      return changes;
    },
    seq: sessions,
    ttlMaxSeconds: head.ttlMaxSeconds,
    judge: (token, freshness) => judgeToken(token, freshness, known),
    judgeFreshness: (iatSeconds, freshness) => judgeFreshness(iatSeconds, freshness, head),
    pull: async () => {},
    onChange: () => () => {},
    status: () => ({
      state: 'following',
      fault: undefined,
      seq: sessions,
      headTimeMs: head.timeMs,
      entries: denials.entries,
      bytes: denials.bytes,
    }),
    close: () => {},
  };
  return {
    view,
    touch: () => {
      changes += 1;
    },
  };
}
