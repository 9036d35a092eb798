/** DER of a signature given as `r || s`, or undefined unless both lie in [1, n − 1] (FIPS 186-5 §6.4.2). */
export function derFromRs(signature: Buffer, order: Buffer): Buffer | undefined {
  const bytes = order.length;
  if (signature.length !== 2 * bytes) return undefined;
  const r = readScalar(signature.subarray(0, bytes), order);
  const s = readScalar(signature.subarray(bytes), order);
  if (r === undefined || s === undefined) return undefined;
  const rLength = integerLength(r);
  const sLength = integerLength(s);
  const bodyLength = 4 + rLength + sLength;
  // P-521 is the only curve whose body can pass 127 bytes, and it never passes 255.
  const headLength = bodyLength > 0x7f ? 3 : 2;
  const der = Buffer.allocUnsafe(headLength + bodyLength);
  der[0] = 0x30;
  if (headLength === 3) der[1] = 0x81;
  der[headLength - 1] = bodyLength;
  const next = writeInteger(der, headLength, r);
  writeInteger(der, next, s);
  return der;
}

/** `r || s`, each left-padded to `bytes`, of a DER signature that OpenSSL made. */
export function rsFromDer(der: Buffer, bytes: number): Buffer {
  const signature = Buffer.alloc(2 * bytes);
  const rAt = der[1] === 0x81 ? 3 : 2;
  const sAt = rAt + 2 + (der[rAt + 1] ?? 0);
  copyInteger(der, rAt, signature.subarray(0, bytes));
  copyInteger(der, sAt, signature.subarray(bytes));
  return signature;
}

/** The scalar without leading zero bytes, or undefined when it is 0 or not below the order. */
function readScalar(scalar: Buffer, order: Buffer): Buffer | undefined {
  if (Buffer.compare(scalar, order) >= 0) return undefined;
  let start = 0;
  while (start < scalar.length && scalar[start] === 0) start++;
  return start === scalar.length ? undefined : scalar.subarray(start);
}

function integerLength(scalar: Buffer): number {
  return scalar.length + needsSignByte(scalar);
}

/** DER integers are signed: a set top bit wants a zero byte before it (X.690 §8.3). */
function needsSignByte(scalar: Buffer): 0 | 1 {
  return (scalar[0] ?? 0) > 0x7f ? 1 : 0;
}

function writeInteger(der: Buffer, at: number, scalar: Buffer): number {
  const pad = needsSignByte(scalar);
  der[at] = 0x02;
  der[at + 1] = scalar.length + pad;
  if (pad === 1) der[at + 2] = 0;
  der.set(scalar, at + 2 + pad);
  return at + 2 + pad + scalar.length;
}

function copyInteger(der: Buffer, at: number, target: Buffer): void {
  const length = der[at + 1] ?? 0;
  const start = at + 2 + Math.max(0, length - target.length);
  const integer = der.subarray(start, at + 2 + length);
  target.set(integer, target.length - integer.length);
}
