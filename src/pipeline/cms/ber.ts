import type { ByteReader } from '../byte-reader.ts';
import { concat } from '../bytes.ts';
import { damaged } from '../damaged.ts';

/** A started element; `end` is the position after it, or null for indefinite length. */
export interface Element {
  readonly tag: number;
  readonly end: number | null;
  /** Bytes of the content; null for indefinite length. */
  readonly length: number | null;
}

export const SEQUENCE = 0x30;
export const OCTET_STRING = 0x04;
export const END_OF_CONTENTS = Uint8Array.from([0, 0]);
const INDEFINITE = 0x80;
const MAX_DEPTH = 32;

/** Tag and DER length (X.690 section 8.1.3). `length` is in bytes. */
export function derHeader(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.from([tag, length]);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.from([tag, 0x80 | digits.length, ...digits]);
}

/** Tag and the mark of indefinite length; `END_OF_CONTENTS` ends such an element. */
export function openHeader(tag: number): Uint8Array {
  return Uint8Array.from([tag, INDEFINITE]);
}

/** Reads tag and length of the next element, definite or indefinite. */
export async function readHeader(reader: ByteReader): Promise<Element> {
  const [tag = 0, first = 0] = await reader.take(2);
  if ((tag & 0x1f) === 0x1f) throw damaged('CMS tag');
  if (first === INDEFINITE) {
    if ((tag & 0x20) === 0) throw damaged('CMS length');
    return { tag, end: null, length: null };
  }
  const length = first < 0x80 ? first : await readLongLength(reader, first & 0x7f);
  return { tag, end: reader.position + length, length };
}

async function readLongLength(reader: ByteReader, digits: number): Promise<number> {
  // Six bytes are 256 TiB and still exact in a number.
  if (digits > 6) throw damaged('CMS length');
  return (await reader.take(digits)).reduce((sum, digit) => sum * 256 + digit, 0);
}

/** Enters a constructed element that must have this tag. */
export async function enter(reader: ByteReader, tag: number): Promise<Element> {
  const element = await readHeader(reader);
  if (element.tag !== tag) throw damaged('CMS structure');
  return element;
}

/** Leaves an element: exactly at its end, or over its end-of-contents mark. */
export async function leave(reader: ByteReader, element: Element): Promise<void> {
  if (element.end === null ? !(await takeEndOfContents(reader)) : reader.position !== element.end) {
    throw damaged('CMS structure');
  }
}

/** Says whether an end-of-contents mark stands here. */
export async function isAtEndOfContents(reader: ByteReader): Promise<boolean> {
  const [first, second] = await reader.peek(2);
  return first === 0 && second === 0;
}

/** Takes an end-of-contents mark if one stands here. */
export async function takeEndOfContents(reader: ByteReader): Promise<boolean> {
  if (!(await isAtEndOfContents(reader))) return false;
  await reader.take(2);
  return true;
}

/** Takes one whole element with its header; `limit` bounds its bytes, because it is held in memory. */
export async function takeElement(reader: ByteReader, limit: number, depth = 0): Promise<Uint8Array> {
  const { tag, length } = await readHeader(reader);
  if (depth > MAX_DEPTH || (length ?? 0) > limit) throw damaged('CMS structure');
  if (length !== null) return concat([derHeader(tag, length), await reader.take(length)]);
  const parts: Uint8Array[] = [];
  let total = 0;
  while (!(await takeEndOfContents(reader))) {
    const part = await takeElement(reader, limit - total, depth + 1);
    parts.push(part);
    total += part.length;
  }
  // Turned into definite length, which every parser reads.
  return concat([derHeader(tag, total), ...parts]);
}
