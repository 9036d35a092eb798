import type { SendOutcome, Transport } from '../base/transport.ts';
import { type SmsAccount, type SmsAdapter, smsAdapters } from './adapters.ts';
import { post, type Posted } from './post.ts';

export interface SmsParts extends SmsAccount {
  readonly adapter: keyof typeof smsAdapters;
  readonly now: () => number;
}

/**
 * SMS through an HTTP service.
 *
 * Where the service cannot tell a repeat, what may have arrived is not sent
 * again: it costs money, and its reader can ask for another one.
 */
export function createSmsTransport(parts: SmsParts): Transport {
  const adapter = smsAdapters[parts.adapter];
  const closing = new AbortController();
  const { recognisesRepeats } = adapter;
  return {
    recognisesRepeats,
    maxAtOnce: 4,
    async send(message) {
      const written = adapter.write(message, parts, parts.now());
      return judge(adapter, await post({ ...written, signal: closing.signal }));
    },
    close() {
      closing.abort();
    },
  };
}

function judge(adapter: SmsAdapter, posted: Posted): SendOutcome {
  if (posted.kind === 'failed') {
    const { fault, isUnsent } = posted;
    if (isUnsent || adapter.recognisesRepeats) return { kind: 'later', fault, concerns: 'channel' };
    return { kind: 'never', fault: 'outcome_unknown' };
  }
  const { status } = posted;
  if (status < 400) return adapter.judge(posted);
  const fault = `status_${status}`;
  // Wrong credentials, too many requests, a broken service: the next one would fare alike.
  if (status >= 500 || [401, 403, 404, 408, 429].includes(status)) {
    return { kind: 'later', fault, concerns: 'channel' };
  }
  return { kind: 'never', fault };
}
