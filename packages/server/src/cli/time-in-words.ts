const units: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `2026-11-22 07:37:06 UTC, 5 minutes ago`. */
export function timeInWords(atSeconds: number, nowSeconds: number): string {
  const date = new Date(atSeconds * 1000);
  if (Number.isNaN(date.getTime())) return 'not a time that a calendar has';
  const shown = `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const away = Math.round(atSeconds - nowSeconds);
  if (away === 0) return `${shown}, now`;
  return away > 0 ? `${shown}, in ${durationInWords(away)}` : `${shown}, ${durationInWords(-away)} ago`;
}

/** The two largest units: `1 day 3 hours`. */
function durationInWords(seconds: number): string {
  const words: string[] = [];
  let rest = seconds;
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && words.length < 2) words.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return words.length === 0 ? '0 seconds' : words.join(' ');
}
