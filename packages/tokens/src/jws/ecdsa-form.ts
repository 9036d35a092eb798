/**
 * A number inside other bytes, big-endian, without leading zero bytes. Indices
 * and not a Buffer, because making one takes longer than converting the signature.
 */
interface Scalar {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** DER of a signature given as `r || s`, or undefined unless both lie in [1, n − 1] (FIPS 186-5 §6.4.2). */
export function derFromRs(signature: Buffer, order: Buffer): Buffer | undefined {
  const bytes = order.length;
  if (signature.length !== 2 * bytes) return undefined;
  const r = readScalar(signature, 0, order);
  const s = readScalar(signature, bytes, order);
  if (r === undefined || s === undefined) return undefined;
  const bodyLength = 4 + integerLength(r) + integerLength(s);
  // P-521 is the only curve whose body can pass 127 bytes, and it never passes 255.
  const headLength = bodyLength > 0x7f ? 3 : 2;
  const der = Buffer.allocUnsafe(headLength + bodyLength);
  der[0] = 0x30;
  // Overwritten where the length takes one byte.
  der[1] = 0x81;
  der[headLength - 1] = bodyLength;
  const next = writeInteger(der, headLength, r);
  writeInteger(der, next, s);
  return der;
}

/** `r || s`, each left-padded to `bytes`, of a DER signature that OpenSSL made. */
export function rsFromDer(der: Buffer, bytes: number): Buffer {
  const signature = Buffer.alloc(2 * bytes);
  const rAt = der[1] === 0x81 ? 5 : 4;
  const rEnd = rAt + der.readUInt8(rAt - 1);
  const sAt = rEnd + 2;
  const sEnd = sAt + der.readUInt8(sAt - 1);
  // A byte before the scalar's own is the zero that keeps it positive.
  const rStart = Math.max(rAt, rEnd - bytes);
  const sStart = Math.max(sAt, sEnd - bytes);
  der.copy(signature, bytes - (rEnd - rStart), rStart, rEnd);
  der.copy(signature, 2 * bytes - (sEnd - sStart), sStart, sEnd);
  return signature;
}

/** The scalar that begins there, or undefined when it is 0 or not below the order. */
function readScalar(bytes: Buffer, start: number, order: Buffer): Scalar | undefined {
  const end = start + order.length;
  if (bytes.compare(order, 0, order.length, start, end) >= 0) return undefined;
  let first = start;
  while (first < end && bytes[first] === 0) first++;
  return first === end ? undefined : { bytes, start: first, end };
}

function integerLength(scalar: Scalar): number {
  return scalar.end - scalar.start + signByte(scalar);
}

/** DER integers are signed: a set top bit wants a zero byte before it (X.690 §8.3). */
function signByte({ bytes, start }: Scalar): 0 | 1 {
  return bytes.readUInt8(start) > 0x7f ? 1 : 0;
}

/** @returns where the integer ends */
function writeInteger(der: Buffer, at: number, scalar: Scalar): number {
  const { bytes, start, end } = scalar;
  const length = integerLength(scalar);
  der[at] = 0x02;
  der[at + 1] = length;
  der[at + 2] = 0;
  bytes.copy(der, at + 2 + signByte(scalar), start, end);
  return at + 2 + length;
}
