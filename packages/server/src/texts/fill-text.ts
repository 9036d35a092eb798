const placeholder = /\{([A-Za-z]+)\}/g;

/** Names in braces, in their order. */
export function listPlaceholders(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}

/**
 * Puts values where their names stand; a value that looks like a name stays as it is.
 *
 * Escapes nothing: that is up to whoever makes HTML of it.
 * @throws Error naming the value that there is none of
 */
export function fillText(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`a text wants {${name}}, and the message has none`);
    return value;
  });
}
