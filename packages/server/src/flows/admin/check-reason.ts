import { notOfForm } from '../../base/refusal.ts';

const maxReasonCharacters = 200;
const controlCharacters = /\p{Cc}/u;

/** @throws Refusal `invalid_request` naming `reason` */
export function checkReason(text: string): string {
  const isFit =
    text.trim() !== '' &&
    text.length <= maxReasonCharacters &&
    text.isWellFormed() &&
    !controlCharacters.test(text);
  if (isFit) return text;
  throw notOfForm('reason', `takes 1 to ${maxReasonCharacters} characters on one line`);
}
