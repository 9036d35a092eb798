import type { OutgoingMessage } from '../base/messages.ts';
import type { Secret } from '../base/secret.ts';
import { signMessage } from '../base/sign-message.ts';
import type { SendOutcome } from '../base/transport.ts';
import type { Post, Posted } from './post.ts';

export interface SmsAccount {
  /** Where to post, without the path that a carrier has. */
  readonly url: string;
  readonly secret: Secret;
  readonly account: string;
  readonly from: string;
}

/** How one service wants its messages, and what its answers mean. */
export interface SmsAdapter {
  /** Whether a second post with the same id is known as one. */
  readonly recognisesRepeats: boolean;
  write(message: OutgoingMessage, account: SmsAccount, atMs: number): Omit<Post, 'signal'>;
  /** For answers with a status below 400; others mean the same everywhere. */
  judge(answer: Extract<Posted, { kind: 'answered' }>): SendOutcome;
}

const sent: SendOutcome = { kind: 'sent' };

/** Signed as Standard Webhooks says; `webhook-id` is the same at every attempt. */
const webhook: SmsAdapter = {
  recognisesRepeats: true,
  write({ id, recipient: to, text }, { url, secret }, atMs) {
    const body = JSON.stringify({ to, text });
    const headers = signMessage({ id: `msg_${id}`, body }, secret.reveal(), atMs);
    return { url, body, headers: { ...headers, 'content-type': 'application/json' } };
  },
  judge: () => sent,
};

/** @see Twilio, "Messages resource": POST …/Accounts/{AccountSid}/Messages.json */
const twilio: SmsAdapter = {
  recognisesRepeats: false,
  write({ recipient, text }, { url, secret, account, from }) {
    const sender = from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
    return {
      url: `${url}/2010-04-01/Accounts/${account}/Messages.json`,
      body: new URLSearchParams({ To: recipient, [sender]: from, Body: text }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${account}:${secret.reveal()}`).toString('base64')}`,
      },
    };
  },
  judge: () => sent,
};

/** Codes of Vonage that say nothing of the message: too fast, no credit, account barred, broken. */
const vonageLater: ReadonlySet<string> = new Set(['1', '4', '5', '8', '9', '10']);

/** @see Vonage, "SMS API": POST /sms/json, status of each part in the body */
const vonage: SmsAdapter = {
  recognisesRepeats: false,
  write({ id, recipient, text }, { url, secret, account, from }) {
    return {
      url: `${url}/sms/json`,
      body: JSON.stringify({
        api_key: account,
        api_secret: secret.reveal(),
        from: from.replace(/^\+/, ''),
        to: recipient.slice(1),
        text,
        'client-ref': id,
        ...(/\P{ASCII}/u.test(text) && { type: 'unicode' }),
      }),
      headers: { 'content-type': 'application/json' },
    };
  },
  judge({ body }) {
    const statuses = readStatuses(body);
    const refused = statuses.find((status) => status !== '0');
    if (statuses.length > 0 && refused === undefined) return sent;
    // A part that went cannot be taken back, and an answer that cannot be read may mean that all went.
    if (refused === undefined || statuses.includes('0')) return { kind: 'never', fault: 'outcome_unknown' };
    const fault = `vonage_${refused}`;
    return vonageLater.has(refused)
      ? { kind: 'later', fault, concerns: 'channel' }
      : { kind: 'never', fault };
  },
};

/** `0` or another number of up to three digits for each part. */
function readStatuses(body: string): readonly string[] {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return [];
  }
  const parts: unknown = isObject(answer) && 'messages' in answer ? answer.messages : undefined;
  return (Array.isArray(parts) ? parts : []).map((part: unknown) => {
    const status: unknown = isObject(part) && 'status' in part ? part.status : undefined;
    return /^\d{1,3}$/.test(String(status)) ? String(status) : 'unknown';
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export const smsAdapters: Readonly<Record<'webhook' | 'twilio' | 'vonage', SmsAdapter>> = {
  webhook,
  twilio,
  vonage,
};
