/** Bytes without Node: what reads a file runs in a browser, too. */

const NEWLINE = 0x0a;

/** The pieces one after the other; a single piece is given as it is. */
export function concat(parts: readonly Uint8Array[], length = parts.reduce((sum, part) => sum + part.length, 0)): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : joined(parts, length);
}

/** The pieces one after the other, in memory of their own. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function u16(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint16(at, true);
}

export function u32(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at, true);
}

export function u64(bytes: Uint8Array, at: number): bigint {
  return viewOf(bytes).getBigUint64(at, true);
}

export function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Counts newline bytes. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
