import type { MessageTemplate, MessageValues } from '../../src/base/messages.ts';

const bait = `<img src=x onerror=alert(1)>"'&\r\nBcc: eve@evil.example www.evil.example https://evil.example/\u202e`;
const atMs = Date.UTC(2026, 0, 2, 15, 4);
const path = '/somewhere?code=<a>&b="c"';
const notice = { atMs, path };
const limited = { path, validMinutes: 60 };

/** For every template, with bait wherever a stranger may have chosen a text. */
export const samples: { readonly [Template in MessageTemplate]: MessageValues[Template] } = {
  'verify-email': limited,
  'registration-attempt': { path },
  'reset-password': limited,
  'password-changed': notice,
  'change-email-confirm': limited,
  'email-changed': { ...limited, newEmail: "o'neil&co@example.com" },
  'sign-in-code': { code: '123456', validMinutes: 10 },
  'magic-link': limited,
  'new-device': { ...notice, address: bait, device: bait },
  'factor-added': { ...notice, factor: 'passkey' },
  'factor-removed': { ...notice, factor: 'authenticator-app' },
  'recovery-codes-used': { ...notice, left: 3 },
  'recovery-codes-made': notice,
  'passkey-added': { ...notice, name: bait },
  'passkey-removed': { ...notice, name: bait },
  'account-deletion-scheduled': { path, deletesAtMs: atMs },
  'account-deleted': { atMs },
  invite: { path, validMinutes: 10_080 },
  'session-reuse-detected': { ...notice, device: bait },
  'sms-code': { code: '123456', validMinutes: 5 },
};
