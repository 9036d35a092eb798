/** A link of ours with its parameters; what is undefined is left out. */
export function linkTo(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** A link of ours that remembers where to go on afterwards. */
export function withReturn(path: string, returnTo: string | undefined): string {
  return linkTo(path, { return_to: returnTo });
}
