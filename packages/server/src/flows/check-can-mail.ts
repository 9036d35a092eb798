import type { House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';

/** What works by mail does not exist where there is none. @throws Refusal `not_found` */
export function checkCanMail(house: Pick<House, 'messages'>): void {
  if (!house.messages.canMail) throw new Refusal('not_found', { reason: 'mail is not configured' });
}
