export type Channel = 'mail' | 'sms';

/** What a second factor is, as a message names it. */
export type FactorKind = 'authenticator-app' | 'email-code' | 'sms-code' | 'recovery-codes' | 'passkey';

interface Linked {
  /** Path and query below the issuer: `/reset-password?code=…`. Becomes the whole link when it is written. */
  readonly path: string;
}

interface Limited {
  /** How long link or code is good for. Afterwards the message is not sent any more. */
  readonly validMinutes: number;
}

interface Noticed extends Linked {
  readonly atMs: number;
}

/**
 * What each template needs, and nothing else. Texts that people or devices
 * chose (`device`, `name`) are shortened and stripped of what mail programs
 * turn into links.
 */
export interface MessageValues {
  readonly 'verify-email': Linked & Limited;
  /** To the owner of an address that somebody tried to register. `path` leads to the sign-in. */
  readonly 'registration-attempt': Linked;
  readonly 'reset-password': Linked & Limited;
  /** `path` of this and all other notices leads to "this was not me". */
  readonly 'password-changed': Noticed;
  /** To the new address. */
  readonly 'change-email-confirm': Linked & Limited;
  /** To the old address. `path` takes the change back. */
  readonly 'email-changed': Linked & Limited & { readonly newEmail: string };
  readonly 'sign-in-code': Limited & { readonly code: string };
  readonly 'magic-link': Linked & Limited;
  readonly 'new-device': Noticed & { readonly address: string; readonly device: string };
  readonly 'factor-added': Noticed & { readonly factor: FactorKind };
  readonly 'factor-removed': Noticed & { readonly factor: FactorKind };
  readonly 'recovery-codes-used': Noticed & { readonly left: number };
  readonly 'recovery-codes-made': Noticed;
  readonly 'passkey-added': Noticed & { readonly name: string };
  readonly 'passkey-removed': Noticed & { readonly name: string };
  /** `path` cancels the deletion. */
  readonly 'account-deletion-scheduled': Linked & { readonly deletesAtMs: number };
  readonly 'account-deleted': { readonly atMs: number };
  readonly invite: Linked & Limited;
  /** A refresh token came a second time: the session was ended. */
  readonly 'session-reuse-detected': Noticed & { readonly device: string };
  /** The one template for telephones. */
  readonly 'sms-code': Limited & { readonly code: string };
}

export type MessageTemplate = keyof MessageValues;

export type RecipientOf<Template extends MessageTemplate> = Template extends 'sms-code'
  ? { readonly phone: string }
  : { readonly email: string };

interface NewMessageOf<Template extends MessageTemplate> {
  readonly template: Template;
  /** One mailbox, or one number in the form of E.164. */
  readonly to: RecipientOf<Template>;
  /** A language tag or the value of `Accept-Language`; what is not understood is English. */
  readonly language: string | undefined;
  readonly values: MessageValues[Template];
}

/** A message that a flow wants to be sent. */
export type NewMessage = { [Template in MessageTemplate]: NewMessageOf<Template> }[MessageTemplate];

/** A message in its final form, as it is handed to `sendMessage` of the settings. */
export interface OutgoingMessage {
  /** The same at every attempt: whoever receives it twice can tell. */
  readonly id: string;
  readonly channel: Channel;
  /** An e-mail address, or a telephone number in the form of E.164. */
  readonly recipient: string;
  readonly template: MessageTemplate;
  /** Tag of the language that it is written in. */
  readonly language: string;
  /** Empty for SMS. */
  readonly subject: string;
  readonly text: string;
  /** Undefined for SMS. */
  readonly html: string | undefined;
  /** When the act was that wrote it. */
  readonly createdAtMs: number;
}

/** An operator's own way of sending. Whatever it throws means: again later. */
export type SendMessage = (message: OutgoingMessage) => Promise<void> | void;

/** What the HTML of a mail shows. Plain text: whoever draws it escapes it. */
export interface MessageView {
  readonly language: string;
  readonly subject: string;
  /** May hold line breaks. The one that is the code stands alone. */
  readonly paragraphs: readonly string[];
  readonly code: string | undefined;
  readonly link: { readonly href: string; readonly label: string; readonly help: string } | undefined;
  /** Who sent it, and why. */
  readonly sender: string;
}
