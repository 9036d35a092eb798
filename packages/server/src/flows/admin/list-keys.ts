import type { House, SigningKeySummary } from '../../base/house.ts';

/** No private part. With a shared secret there is none to list. Does NOT check who asks. */
export function listKeys(house: House): readonly SigningKeySummary[] {
  return house.keys.list();
}
