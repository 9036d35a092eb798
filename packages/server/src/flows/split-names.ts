/** Names as the store and a `scope` join them: separated by spaces. Each once, in order. */
export function splitNames(joined: string | null): readonly string[] {
  if (joined === null || joined === '') return [];
  if (!joined.includes(' ')) return [joined];
  return [...new Set(joined.split(' ').filter((name) => name !== ''))].sort();
}
