import type { MessageValues, MessageTemplate, OutgoingMessage } from '../base/messages.ts';
import type { ClaimedMessage } from '../base/outbox-rows.ts';
import type { Seal } from '../base/seal.ts';
import type { OutboxParts } from './outbox-parts.ts';

/** The values open in their own row alone. */
function placeOf(id: string): string {
  return `outbox:${id}`;
}

export function sealValues(seal: Seal, id: string, values: MessageValues[MessageTemplate]): Uint8Array {
  return seal.close(Buffer.from(JSON.stringify(values)), placeOf(id));
}

/** @throws when the master key is another one, or another version wrote the row */
export function composeMessage(
  { seal, write }: Pick<OutboxParts, 'seal' | 'write'>,
  row: ClaimedMessage,
): OutgoingMessage {
  const values: unknown = JSON.parse(Buffer.from(seal.open(row.sealedValues, placeOf(row.id))).toString());
  const { id, channel, recipient, template, language, createdAtMs } = row;
  return {
    id,
    channel,
    recipient,
    createdAtMs,
    ...write({ template, language, values }),
  };
}
