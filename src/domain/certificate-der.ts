/** Deepest nesting of ASN.1 that UDM reads; a real certificate needs about 8 (reliability.md section 4, case 41). */
const DEEPEST = 20;

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const CONSTRUCTED = 0x20;

/** Starts of the algorithm names that encrypt a PKCS#8 key: PKCS#5 (1.2.840.113549.1.5) and PKCS#12 (1.2.840.113549.1.12.1). */
const KEY_ENCRYPTION = ['2a864886f70d0105', '2a864886f70d010c01'];

/** Key stores of Java: JKS and JCEKS. */
const KEY_STORE_MAGIC = ['feedfeed', 'cececece'];

interface Element {
  readonly tag: number;
  /** Offsets of the first byte of the content and of the byte after it; Infinity for the indefinite length of BER. */
  readonly start: number;
  readonly end: number;
}

export type DerProblem = 'not DER' | 'trailing bytes' | 'too deep';

/**
 * Whether the bytes are exactly one DER structure of bounded depth, before a real parser sees them. Does not recurse, so that
 * 60,000 nested lists cost nothing.
 */
export function derProblem(bytes: Uint8Array): DerProblem | null {
  const whole = elementAt(bytes, 0);
  if (!whole || whole.tag !== SEQUENCE || whole.end > bytes.length) return 'not DER';
  if (whole.end < bytes.length) return 'trailing bytes';
  const ends: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    while (ends.at(-1) === at) ends.pop();
    const element = elementAt(bytes, at);
    if (!element || element.end > (ends.at(-1) ?? bytes.length)) return 'not DER';
    if (ends.length >= DEEPEST) return 'too deep';
    const isOpen = (element.tag & CONSTRUCTED) !== 0;
    if (isOpen) ends.push(element.end);
    at = isOpen ? element.start : element.end;
  }
  return null;
}

/**
 * Whether binary data is a private key or a store of them, by its outline: PKCS#1, PKCS#8 plain and encrypted, SEC 1 (EC),
 * DSA of OpenSSL, PKCS#12 (also in BER), JKS. The outline is enough: a damaged key is still a key that has been shown.
 */
export function holdsPrivateKey(bytes: Uint8Array): boolean {
  if (KEY_STORE_MAGIC.includes(hex(bytes.subarray(0, 4)))) return true;
  const whole = elementAt(bytes, 0);
  const first = whole?.tag === SEQUENCE ? elementAt(bytes, whole.start) : null;
  const second = first && elementAt(bytes, first.end);
  if (!first || !second) return false;
  if (first.tag === INTEGER) {
    // A public RSA key is two integers and ends there.
    if (second.tag === INTEGER) return elementAt(bytes, second.end)?.tag === INTEGER;
    return second.tag === OCTET_STRING || (second.tag === SEQUENCE && elementAt(bytes, second.start)?.tag === OBJECT_IDENTIFIER);
  }
  return first.tag === SEQUENCE && second.tag === OCTET_STRING && namesKeyEncryption(bytes, first);
}

function namesKeyEncryption(bytes: Uint8Array, algorithm: Element): boolean {
  const name = elementAt(bytes, algorithm.start);
  if (name?.tag !== OBJECT_IDENTIFIER) return false;
  const found = hex(bytes.subarray(name.start, name.end));
  return KEY_ENCRYPTION.some((prefix) => found.startsWith(prefix));
}

function elementAt(bytes: Uint8Array, at: number): Element | null {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  // Tags of several bytes occur in no certificate and no key.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  if (first === 0x80) return { tag, start: at + 2, end: Number.POSITIVE_INFINITY };
  const size = first & 0x7f;
  const start = at + 2 + size;
  if (size > 4 || start > bytes.length) return null;
  let length = 0;
  for (const byte of bytes.subarray(at + 2, start)) length = length * 256 + byte;
  return { tag, start, end: start + length };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
