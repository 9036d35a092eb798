/** The first row that fits names it: browsers also claim to be those they descend from. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*Safari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(?:Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const product = /^[A-Za-z][\w .-]{0,31}/;

/**
 * What stays the same of a `User-Agent` while a browser updates itself:
 * `Firefox on Linux`, or the name of another program. Shown to users, so
 * nothing else of the text comes through.
 */
export function agentFamily(userAgent: string | undefined): string {
  if (userAgent === undefined) return 'unknown';
  const browser = browsers.find(([form]) => form.test(userAgent))?.[1];
  const system = systems.find(([form]) => form.test(userAgent))?.[1];
  const program = browser ?? readProduct(userAgent);
  return system === undefined ? program : `${program} on ${system}`;
}

function readProduct(userAgent: string): string {
  const name = product.exec(userAgent)?.[0].trim() ?? '';
  return name === '' || name === 'Mozilla' ? 'unknown' : name;
}
