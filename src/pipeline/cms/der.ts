/** One ASN.1 element of which all is in memory. */
export interface Der {
  readonly tag: number;
  readonly body: Uint8Array;
}

const MAX_DEPTH = 32;

/** Reads exactly one element, definite or indefinite. Throws a RangeError if it is malformed. */
export function parseDer(bytes: Uint8Array): Der {
  const [only, ...more] = parseAll(bytes);
  if (only === undefined || more.length > 0) throw new RangeError('not one ASN.1 element');
  return only;
}

/** The elements inside a constructed one. */
export function childrenOf(element: Der | undefined, tag: number): readonly Der[] {
  if (element?.tag !== tag) throw new RangeError('unexpected ASN.1 tag');
  return parseAll(element.body);
}

/** The content of a primitive element. */
export function bodyOf(element: Der | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new RangeError('unexpected ASN.1 tag');
  return element.body;
}

/** An object identifier in dotted form. */
export function oidOf(element: Der | undefined): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of bodyOf(element, 0x06)) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(value / 40), 2));
    arcs.push(arcs.length === 1 && arcs[0] !== undefined ? value - 40 * arcs[0] : value);
    value = 0;
  }
  return arcs.join('.');
}

/** A small number that is not negative. */
export function integerOf(element: Der | undefined): number {
  const body = bodyOf(element, 0x02);
  if (body.length > 6) throw new RangeError('ASN.1 number too large');
  return body.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** A number of any size. */
export function bigOf(element: Der | undefined): bigint {
  return fromBytes(bodyOf(element, 0x02));
}

/** The number that these bytes are, the most significant first. */
export function fromBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

function parseAll(bytes: Uint8Array): readonly Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { element, next } = parseAt(bytes, at, 0);
    found.push(element);
    at = next;
  }
  return found;
}

function parseAt(bytes: Uint8Array, start: number, depth: number): { element: Der; next: number } {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > MAX_DEPTH) throw new RangeError('malformed ASN.1');
  if (first === 0x80) return parseIndefinite(bytes, start, depth);
  let at = start + 2;
  let length = first;
  if (first > 0x80) {
    const digits = bytes.subarray(at, at + (first & 0x7f));
    if (digits.length > 6) throw new RangeError('malformed ASN.1');
    at += digits.length;
    length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  }
  if (at + length > bytes.length) throw new RangeError('ASN.1 ends too early');
  return { element: { tag, body: bytes.subarray(at, at + length) }, next: at + length };
}

function parseIndefinite(bytes: Uint8Array, start: number, depth: number): { element: Der; next: number } {
  let at = start + 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at = parseAt(bytes, at, depth + 1).next;
  return { element: { tag: bytes[start] ?? 0, body: bytes.subarray(start + 2, at) }, next: at + 2 };
}
