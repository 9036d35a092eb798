/** Refuse option names that nobody reads: a misspelt check is a check that is off. */
export function checkKnownOptions(options: unknown, names: ReadonlySet<string>, where: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${where}: options must be an object`);
  }
  for (const name of Object.keys(options)) {
    if (!names.has(name)) throw new TypeError(`${where}: unknown option ${JSON.stringify(name)}`);
  }
}
