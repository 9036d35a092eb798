/** The members of a JSON object; none for anything else, so that what is required is found missing. */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(isObject ? Object.entries(value) : []);
}

/** A whole number from 0 on. */
export const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

/** A whole number from 0 on that is counted exactly: below 2⁵³. */
export const isExactCount = (value: unknown): value is number =>
  isCount(value) && Number.isSafeInteger(value);
