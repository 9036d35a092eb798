import { pagesDe } from './pages/de.ts';
import type { Texts } from './texts.ts';

/** German. */
export const de: Texts = {
  ...pagesDe,

  'mail.open-link': 'Falls der Knopf nicht geht, öffnen Sie diese Adresse:',
  'mail.sender': 'Diese Nachricht kommt von {host}, weil dort etwas mit Ihrer Adresse geschehen ist.',

  'factor.authenticator-app': 'Authenticator-App',
  'factor.email-code': 'Codes per E-Mail',
  'factor.sms-code': 'Codes per SMS',
  'factor.recovery-codes': 'Wiederherstellungscodes',
  'factor.passkey': 'Passkey',

  'verify-email.subject': 'Bestätigen Sie Ihre Adresse für {host}',
  'verify-email.body':
    'Bitte bestätigen Sie, dass diese Adresse Ihnen gehört.\n\nDer Link gilt {validFor} und funktioniert einmal. Wenn Sie bei {host} kein Konto eröffnet haben, tun Sie nichts: Ohne Bestätigung kann es niemand mit Ihrer Adresse benutzen.',
  'verify-email.action': 'Adresse bestätigen',

  'registration-attempt.subject': 'Sie haben bei {host} schon ein Konto',
  'registration-attempt.body':
    'Jemand wollte bei {host} mit dieser Adresse ein Konto eröffnen. Es gibt schon eines, darum wurde nichts geändert.\n\nWenn Sie es waren: Melden Sie sich an, oder wählen Sie dort ein neues Passwort, falls Sie Ihres vergessen haben. Wenn nicht, müssen Sie nichts tun.',
  'registration-attempt.action': 'Anmelden',

  'reset-password.subject': 'Neues Passwort für {host}',
  'reset-password.body':
    'Jemand, hoffentlich Sie, möchte ein neues Passwort für Ihr Konto.\n\nDer Link gilt {validFor} und funktioniert einmal. Wenn Sie ihn nicht angefordert haben, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
  'reset-password.action': 'Neues Passwort wählen',

  'password-changed.subject': 'Ihr Passwort für {host} wurde geändert',
  'password-changed.body':
    'Das Passwort Ihres Kontos wurde geändert: {at}.\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'password-changed.action': 'Das war ich nicht',

  'change-email-confirm.subject': 'Bestätigen Sie Ihre neue Adresse für {host}',
  'change-email-confirm.body':
    'Bitte bestätigen Sie, dass Ihr Konto bei {host} ab jetzt diese Adresse haben soll.\n\nDer Link gilt {validFor} und funktioniert einmal. Wenn Sie ihn nicht angefordert haben, tun Sie nichts.',
  'change-email-confirm.action': 'Diese Adresse verwenden',

  'email-changed.subject': 'Ihre Adresse für {host} wurde geändert',
  'email-changed.body':
    'Ihr Konto hat jetzt die Adresse {newEmail}. Diese hier gehört nicht mehr dazu.\n\nWenn Sie es waren, müssen Sie nichts tun. Wenn nicht, nehmen Sie die Änderung zurück: Der Link gilt {validFor}.',
  'email-changed.action': 'Änderung zurücknehmen',

  'sign-in-code.subject': 'Ihr Code für {host}',
  'sign-in-code.body':
    'Geben Sie diesen Code dort ein, wo Sie sich anmelden:\n\n{code}\n\nEr gilt {validFor} und funktioniert einmal. Niemand von {host} wird Sie je danach fragen. Wenn Sie sich gerade nicht anmelden, versucht es jemand anderes: Geben Sie ihn niemandem.',

  'magic-link.subject': 'Anmelden bei {host}',
  'magic-link.body':
    'Hier ist Ihr Link zum Anmelden.\n\nEr gilt {validFor} und funktioniert einmal. Wenn Sie ihn nicht angefordert haben, tun Sie nichts.',
  'magic-link.action': 'Anmelden',

  'new-device.subject': 'Neue Anmeldung bei {host}',
  'new-device.body':
    'Jemand hat sich mit einem Gerät an Ihrem Konto angemeldet, das vorher nicht benutzt wurde.\n\nWann: {at}\nGerät: {device}\nNetzadresse: {address}\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'new-device.action': 'Das war ich nicht',

  'factor-added.subject': 'Neuer zweiter Faktor bei {host}',
  'factor-added.body':
    'Ihr Konto hat einen neuen zweiten Faktor: {factor} ({at}).\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'factor-added.action': 'Das war ich nicht',

  'factor-removed.subject': 'Zweiter Faktor bei {host} entfernt',
  'factor-removed.body':
    'Von Ihrem Konto wurde ein zweiter Faktor entfernt: {factor} ({at}).\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'factor-removed.action': 'Das war ich nicht',

  'recovery-codes-used.subject': 'Wiederherstellungscode bei {host} benutzt',
  'recovery-codes-used.body':
    'Jemand hat sich mit einem Wiederherstellungscode an Ihrem Konto angemeldet: {at}. Verbleibende Codes: {left}.\n\nWenn Sie es waren, müssen Sie nichts tun, außer rechtzeitig neue Codes zu erzeugen.',
  'recovery-codes-used.action': 'Das war ich nicht',

  'recovery-codes-made.subject': 'Neue Wiederherstellungscodes bei {host}',
  'recovery-codes-made.body':
    'Für Ihr Konto wurden neue Wiederherstellungscodes erzeugt: {at}. Ältere gelten nicht mehr.\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'recovery-codes-made.action': 'Das war ich nicht',

  'passkey-added.subject': 'Neuer Passkey bei {host}',
  'passkey-added.body':
    'Ihr Konto hat einen neuen Passkey: {name} ({at}).\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'passkey-added.action': 'Das war ich nicht',

  'passkey-removed.subject': 'Passkey bei {host} entfernt',
  'passkey-removed.body':
    'Von Ihrem Konto wurde ein Passkey entfernt: {name} ({at}).\n\nWenn Sie es waren, müssen Sie nichts tun.',
  'passkey-removed.action': 'Das war ich nicht',

  'account-deletion-scheduled.subject': 'Ihr Konto bei {host} wird gelöscht',
  'account-deletion-scheduled.body':
    'Ihr Konto wird mit allem, was dazugehört, gelöscht: {deletesAt}.\n\nBis dahin können Sie es behalten.',
  'account-deletion-scheduled.action': 'Konto behalten',

  'account-deleted.subject': 'Ihr Konto bei {host} wurde gelöscht',
  'account-deleted.body':
    'Ihr Konto und alles, was dazugehört, wurde gelöscht: {at}.\n\nDies ist die letzte Nachricht dazu.',

  'invite.subject': 'Einladung zu {host}',
  'invite.body':
    'Bei {host} ist ein Konto für diese Adresse vorbereitet. Öffnen Sie den Link, um zu wählen, wie Sie sich anmelden.\n\nEr gilt {validFor} und funktioniert einmal. Wenn Sie nichts davon wissen, tun Sie nichts.',
  'invite.action': 'Einladung annehmen',

  'session-reuse-detected.subject': 'Eine Sitzung bei {host} wurde zur Sicherheit beendet',
  'session-reuse-detected.body':
    'Am Schlüssel einer Ihrer Sitzungen fiel etwas auf: Er war schon verbraucht und kam noch einmal ({at}). Vielleicht hat ihn jemand kopiert, darum wurde die Sitzung beendet.\n\nGerät: {device}\n\nMelden Sie sich neu an, wo Sie es brauchen. Wenn es wieder geschieht, sagen Sie es den Betreibern von {host}.',
  'session-reuse-detected.action': 'Konto sichern',

  'sms-code.body': '{code} ist Ihr Code für {host}, gültig {validFor}. Geben Sie ihn niemandem.',
};
