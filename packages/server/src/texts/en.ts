import { pagesEn } from './pages/en.ts';

/**
 * English: the list of all keys, and what a language without a text of its own would show.
 *
 * `{name}` is replaced by a value. A message has `.subject`, `.body` (an empty
 * line begins a paragraph) and, where it has a link, `.action`: its label.
 */
export const en = {
  ...pagesEn,

  'mail.open-link': 'If the button does not work, open this address:',
  'mail.sender': '{host} sent this message because of something that happened with your address there.',

  'factor.authenticator-app': 'authenticator app',
  'factor.email-code': 'codes by e-mail',
  'factor.sms-code': 'codes by SMS',
  'factor.recovery-codes': 'recovery codes',
  'factor.passkey': 'passkey',

  'verify-email.subject': 'Confirm your address for {host}',
  'verify-email.body':
    'Please confirm that this address is yours.\n\nThe link is good for {validFor} and works once. If you did not open an account at {host}, do nothing: without a confirmation nobody can use it with your address.',
  'verify-email.action': 'Confirm the address',

  'registration-attempt.subject': 'You already have an account at {host}',
  'registration-attempt.body':
    'Somebody wanted to open an account at {host} with this address. It has one already, so nothing was changed.\n\nIf it was you: sign in, or choose a new password there if you forgot yours. If it was not you, there is nothing to do.',
  'registration-attempt.action': 'Sign in',

  'reset-password.subject': 'Choose a new password for {host}',
  'reset-password.body':
    'Somebody, hopefully you, asked for a new password for your account.\n\nThe link is good for {validFor} and works once. If you did not ask for it, do nothing: your password stays as it is.',
  'reset-password.action': 'Choose a new password',

  'password-changed.subject': 'Your password for {host} was changed',
  'password-changed.body':
    'The password of your account was changed on {at}.\n\nIf this was you, there is nothing to do.',
  'password-changed.action': 'This was not me',

  'change-email-confirm.subject': 'Confirm your new address for {host}',
  'change-email-confirm.body':
    'Please confirm that your account at {host} shall have this address from now on.\n\nThe link is good for {validFor} and works once. If you did not ask for it, do nothing.',
  'change-email-confirm.action': 'Use this address',

  'email-changed.subject': 'Your address for {host} was changed',
  'email-changed.body':
    'Your account now has the address {newEmail}. This one does not belong to it any more.\n\nIf this was you, there is nothing to do. If it was not, take it back: the link is good for {validFor}.',
  'email-changed.action': 'Take the change back',

  'sign-in-code.subject': 'Your code for {host}',
  'sign-in-code.body':
    'Enter this code where you sign in:\n\n{code}\n\nIt is good for {validFor} and works once. Nobody from {host} will ever ask you for it. If you are not signing in just now, somebody else is trying to: do not give it to anybody.',

  'magic-link.subject': 'Sign in to {host}',
  'magic-link.body':
    'Here is your link to sign in.\n\nIt is good for {validFor} and works once. If you did not ask for it, do nothing.',
  'magic-link.action': 'Sign in',

  'new-device.subject': 'New sign-in to {host}',
  'new-device.body':
    'Somebody signed in to your account from a device that was not used before.\n\nWhen: {at}\nDevice: {device}\nNetwork address: {address}\n\nIf this was you, there is nothing to do.',
  'new-device.action': 'This was not me',

  'factor-added.subject': 'A second factor was added at {host}',
  'factor-added.body':
    'Your account has a new second factor since {at}: {factor}.\n\nIf this was you, there is nothing to do.',
  'factor-added.action': 'This was not me',

  'factor-removed.subject': 'A second factor was removed at {host}',
  'factor-removed.body':
    'A second factor was removed from your account on {at}: {factor}.\n\nIf this was you, there is nothing to do.',
  'factor-removed.action': 'This was not me',

  'recovery-codes-used.subject': 'A recovery code was used at {host}',
  'recovery-codes-used.body':
    'Somebody signed in to your account with a recovery code on {at}. Codes that are left: {left}.\n\nIf this was you, there is nothing to do, except to make new codes before they run out.',
  'recovery-codes-used.action': 'This was not me',

  'recovery-codes-made.subject': 'New recovery codes at {host}',
  'recovery-codes-made.body':
    'New recovery codes were made for your account on {at}. Older ones do not work any more.\n\nIf this was you, there is nothing to do.',
  'recovery-codes-made.action': 'This was not me',

  'passkey-added.subject': 'A passkey was added at {host}',
  'passkey-added.body':
    'Your account has a new passkey since {at}: {name}.\n\nIf this was you, there is nothing to do.',
  'passkey-added.action': 'This was not me',

  'passkey-removed.subject': 'A passkey was removed at {host}',
  'passkey-removed.body':
    'A passkey was removed from your account on {at}: {name}.\n\nIf this was you, there is nothing to do.',
  'passkey-removed.action': 'This was not me',

  'account-deletion-scheduled.subject': 'Your account at {host} will be deleted',
  'account-deletion-scheduled.body':
    'Your account will be deleted on {deletesAt}, with everything that belongs to it.\n\nUntil then you can keep it.',
  'account-deletion-scheduled.action': 'Keep the account',

  'account-deleted.subject': 'Your account at {host} was deleted',
  'account-deleted.body':
    'Your account and everything that belongs to it was deleted on {at}.\n\nThis is the last message about it.',

  'invite.subject': 'You are invited to {host}',
  'invite.body':
    'An account at {host} is ready for this address. Open the link to choose how you sign in.\n\nIt is good for {validFor} and works once. If you do not expect it, do nothing.',
  'invite.action': 'Accept the invitation',

  'session-reuse-detected.subject': 'A session at {host} was ended for safety',
  'session-reuse-detected.body':
    'On {at} something presented a key of one of your sessions that had been used up before. Somebody may have copied it, so the session was ended.\n\nDevice: {device}\n\nSign in again where you need to. If it happens again, tell the people who run {host}.',
  'session-reuse-detected.action': 'Secure the account',

  'sms-code.body': '{code} is your code for {host}, good for {validFor}. Do not give it to anybody.',
} as const;
