import type { Channel, MessageTemplate } from '../base/messages.ts';
import type { MessagePurpose } from '../base/outbox-rows.ts';

interface TemplateRow {
  readonly channel: Channel;
  /** What strangers can ask for does not use up the budget of what tells an owner of an attack. */
  readonly purpose: MessagePurpose;
}

const asked: TemplateRow = { channel: 'mail', purpose: 'asked' };
const notice: TemplateRow = { channel: 'mail', purpose: 'notice' };

/** How each template is treated by the queue. */
export const templateTable: Readonly<Record<MessageTemplate, TemplateRow>> = {
  'verify-email': asked,
  'registration-attempt': asked,
  'reset-password': asked,
  'password-changed': notice,
  'change-email-confirm': asked,
  'email-changed': notice,
  'sign-in-code': asked,
  'magic-link': asked,
  'new-device': notice,
  'factor-added': notice,
  'factor-removed': notice,
  'recovery-codes-used': notice,
  'recovery-codes-made': notice,
  'passkey-added': notice,
  'passkey-removed': notice,
  'account-deletion-scheduled': notice,
  'account-deleted': notice,
  invite: asked,
  'session-reuse-detected': notice,
  'sms-code': { channel: 'sms', purpose: 'asked' },
};

export function isTemplate(name: string): name is MessageTemplate {
  return Object.hasOwn(templateTable, name);
}
