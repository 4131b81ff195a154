/** What the kernel tells beside the lines, as it stands in its memory, and what it leaves to be read from the lines. */

import type { KernelExports } from './open-kernel.ts';
import { type Column, HASH_FORMS, type Listener, type Noted, type NotedField } from './transcoder.ts';

/** How a column is noted. */
const NOTED = { values: 1, members: 2, hidden: 3, rows: 4 } as const;
/** Of a rule without a condition. */
const NONE = 0xffff_ffff;
/** Set in the number of a column that stands in a note instead of a meaning: the whole value, in which something is not simply read. */
const WHOLE = 0x8000_0000;
const HEAD_WORDS = 2;
const KEY_BYTES = 64;
/** A line with a value that was too long to be noted has more. */
const SHORT_LINE = 4_000;

/** A kernel, and its memory as bytes and as words of 32 bits. */
export interface NotingKernel {
  readonly kernel: KernelExports;
  readonly memory: Uint8Array;
  readonly words: Uint32Array;
}

/** From now on another listener is told, who knows nothing yet, or nobody. */
export function toldTo({ kernel, memory }: NotingKernel, listener: Listener | null): void {
  kernel.forgetSeen(...(listener?.seed ?? [0, 0]));
  kernel.tellAll();
  kernel.forgetHashKey();
  const hashing = listener?.hashing;
  if (!hashing) return;
  const at = kernel.namePointer();
  if (hashing.key.length > KEY_BYTES) throw new RangeError(`a key of ${hashing.key.length} bytes`);
  memory.fill(0, at, at + KEY_BYTES).set(hashing.key, at);
  kernel.setHashKey(at);
  // It is not left where lines will stand.
  memory.fill(0, at, at + KEY_BYTES);
  // One that has no room is told.
  for (const [meaning, hashed] of hashing.meanings.entries()) if (hashed) kernel.hashAs(meaning, HASH_FORMS[hashed.form], put(kernel, memory, hashed.prefix));
}

/** The last column that was added is noted. False when there is no room for it. */
export function noteColumn({ kernel, memory }: NotingKernel, { noted, hidden }: Column): boolean {
  if (hidden) return kernel.noteColumn(NOTED.hidden, noted && 'values' in noted ? bitsOf(noted.values) : 0, 0) === 1;
  if (!noted) return true;
  if ('values' in noted) return kernel.noteColumn(NOTED.values, bitsOf(noted.values), 0) === 1;
  if ('member' in noted) return kernel.noteColumn(NOTED.members, bitsOf([noted.as]), put(kernel, memory, noted.member)) === 1;
  return kernel.noteColumn(NOTED.rows, 0, 0) === 1 && noteFields(kernel, memory, noted.rows);
}

function noteFields(kernel: KernelExports, memory: Uint8Array, rules: readonly NotedField[]): boolean {
  const fields = [...new Set(rules.flatMap(({ field, when }) => [field, ...(when ? [when.field] : [])]))];
  return (
    fields.every((field) => kernel.noteField(put(kernel, memory, field)) === 1) &&
    rules.every(({ field, as, when }) => {
      const on = when ? fields.indexOf(when.field) : NONE;
      return kernel.noteRule(bitsOf([as]), fields.indexOf(field), on, put(kernel, memory, when?.equals ?? '')) === 1;
    })
  );
}

/** Where the kernel looks for names; its size. */
function put(kernel: KernelExports, memory: Uint8Array, text: string): number {
  const bytes = Buffer.from(text);
  memory.set(bytes, kernel.namePointer());
  return bytes.length;
}

function bitsOf(meanings: readonly number[]): number {
  return meanings.reduce((bits, meaning) => bits | (1 << meaning), 0);
}

/** Tells of what was noted since it last was: of each what it is and its size, 4 bytes each, and the bytes, up to a multiple of 8; and of what was hashed. */
export function tellNotes({ kernel, memory, words }: NotingKernel, columns: readonly Column[], listener: Listener | null): void {
  const from = kernel.notesPointer();
  const end = (from + kernel.takeNotes()) >>> 2;
  if (!listener) return;
  for (let at = from >>> 2; at < end; ) {
    const bytes = words[at + 1] as number;
    tell(words[at] as number, Buffer.from(memory.buffer, (at + HEAD_WORDS) << 2, bytes).toString('utf8'), columns, listener);
    at += HEAD_WORDS + (((bytes + 7) & ~7) >>> 2);
  }
  const hashes = kernel.takeHashes();
  const begin = kernel.hashesPointer() >>> 2;
  if (hashes > 0) listener.tellHashes(words.subarray(begin, begin + hashes * 2));
}

function tell(meaning: number, value: string, columns: readonly Column[], listener: Listener): void {
  if (meaning < WHOLE) listener.tell(meaning, value);
  const column = columns[meaning - WHOLE];
  if (column?.noted) tellParts(column.noted, column.kind === 'text' ? unquoted(value) : value, listener);
}

/** Tells of the noted values of long lines, by their JSON. */
export function tellLongLines(lines: Uint8Array, columns: readonly Column[], listener: Listener): void {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    if (end - from > SHORT_LINE) tellLine(bytes.toString('utf8', from, end), columns, listener);
    from = end + 1;
  }
}

function tellLine(json: string, columns: readonly Column[], listener: Listener): void {
  const line = JSON.parse(json) as Record<string, unknown>;
  const spelled = columns.some(({ noted }) => noted && 'rows' in noted) ? (JSON.parse(json, asSpelled) as Record<string, unknown>) : {};
  for (const { name, kind, noted, hidden } of columns) {
    const value = line[name] ?? null;
    if (!noted || hidden || value === null) continue;
    const text = kind === 'text' ? String(value) : JSON.stringify(value);
    if ('values' in noted) for (const meaning of noted.values) listener.tell(meaning, text);
    else if ('rows' in noted) tellRows(noted.rows, spelled[name], listener);
    else tellParts(noted, text, listener);
  }
}

/** A text that is no JSON has no parts; the JSON may itself be written as a string of JSON. */
function tellParts(noted: Noted, json: string, listener: Listener): void {
  const reviver = 'rows' in noted ? asSpelled : undefined;
  let value: unknown;
  try {
    value = JSON.parse(json, reviver);
    if (typeof value === 'string') value = JSON.parse(value, reviver);
  } catch {
    return;
  }
  if ('member' in noted) tellMembers(noted, value, listener);
  if ('rows' in noted) tellRows(noted.rows, value, listener);
}

function tellMembers({ member, as }: { readonly member: string; readonly as: number }, value: unknown, listener: Listener): void {
  const waiting = [value];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    for (const [name, found] of Object.entries(one)) {
      if (name === member && (typeof found === 'string' || typeof found === 'number')) listener.tell(as, String(found));
      waiting.push(found);
    }
  }
}

function tellRows(rules: readonly NotedField[], rows: unknown, listener: Listener): void {
  if (!Array.isArray(rows)) return;
  for (const row of rows as Record<string, unknown>[])
    for (const { field, as, when } of rules) {
      const value = row?.[field] ?? null;
      if (value !== null && value !== '' && (when === null || isText(row[when.field], when.equals))) listener.tell(as, String(value));
    }
}

/** As SQL and the rules compare: by its text, whatever its type is. */
function isText(value: unknown, text: string): boolean {
  return value !== null && value !== undefined && String(value) === text;
}

/** Of JSON.parse: numbers stay texts, as a column has them that is cast to one, however many digits that are. */
function asSpelled(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? value) : value;
}

/** The text that stands between the quotes of a JSON string. */
function unquoted(text: string): string {
  return JSON.parse(`"${text}"`) as string;
}
