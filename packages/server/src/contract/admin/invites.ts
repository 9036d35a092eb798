import { z } from 'zod';
import { emailText, epochSeconds, idText, toSeconds } from '../text.ts';
import { roleNames } from './accounts.ts';

const inviteId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('For withdrawing it; opens nothing');

/** No member for the secret: it is in the mail alone. */
export const inviteObject = z
  .strictObject({
    id: inviteId,
    email: emailText,
    roles: z.array(z.string()),
    invited_by: idText.nullable().describe('Id of a user; null: the command line'),
    created_at: epochSeconds,
    expires_at: epochSeconds,
  })
  .meta({ id: 'Invite', title: 'Invitation that can still be used' });

export type WireInvite = z.infer<typeof inviteObject>;

export const inviteAnswer = z.strictObject({ invite: inviteObject });

export interface InviteFacts {
  readonly id: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly invitedBy: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export function toWireInvite(invite: InviteFacts): WireInvite {
  return {
    id: invite.id,
    email: invite.email,
    roles: [...invite.roles],
    invited_by: invite.invitedBy,
    created_at: toSeconds(invite.createdAtMs),
    expires_at: toSeconds(invite.expiresAtMs),
  };
}

export const inviteParams = z.strictObject({ id: inviteId });

export const createInviteInput = z.strictObject({
  email: emailText,
  roles: roleNames.optional().describe('Default: the role that registration gives'),
});
