export type Encodable =
  | number
  | string
  | Uint8Array
  | readonly Encodable[]
  | ReadonlyMap<number | string, Encodable>;

/** The shortest form of each length, as authenticators write it (RFC 8949 §4.2.1). */
export function encodeCbor(value: Encodable): Uint8Array {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return join(head(3, Buffer.byteLength(value)), Buffer.from(value));
  if (value instanceof Uint8Array) return join(head(2, value.length), value);
  if (value instanceof Map) {
    const members = [...value].flatMap(([name, member]) => [encodeCbor(name), encodeCbor(member)]);
    return join(head(5, value.size), ...members);
  }
  const items = [...value.values()];
  return join(head(4, items.length), ...items.map(encodeCbor));
}

function head(major: number, argument: number): Uint8Array {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 255]);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
