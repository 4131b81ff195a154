/** What the kernel tells beside the lines, as it stands in its memory, and what it leaves to be read from the lines. */

import type { Column, Listener } from './transcoder.ts';

/** Set in the column of a note: the whole value, in which a member is not simply read. */
const WHOLE = 0x8000_0000;
const HEAD_BYTES = 16;
/** A line with a value that was too long to be noted has more. */
const SHORT_LINE = 4_000;

/** Tells of the notes that lie there: column, size and the two halves of a hash, 4 bytes each, then the bytes. */
export function tellNotes(memory: Uint8Array, from: number, size: number, columns: readonly Column[], listener: Listener): void {
  const bytes = Buffer.from(memory.buffer, from, size);
  for (let at = 0; at < size; ) {
    const column = bytes.readUInt32LE(at);
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at + 4);
    if (listener.wants(bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12))) {
      const value = bytes.toString('utf8', at + HEAD_BYTES, end);
      if (column < WHOLE) listener.tell(column, value);
      else tellMembers(column - WHOLE, columns[column - WHOLE]?.kind === 'text' ? unquoted(value) : value, columns, listener);
    }
    at = end;
  }
}

/** Tells of the noted values of long lines, by their JSON. */
export function tellLongLines(lines: Uint8Array, columns: readonly Column[], listener: Listener): void {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    if (end - from > SHORT_LINE) tellLine(JSON.parse(bytes.toString('utf8', from, end)) as Record<string, unknown>, columns, listener);
    from = end + 1;
  }
}

function tellLine(line: Record<string, unknown>, columns: readonly Column[], listener: Listener): void {
  for (const [index, { name, kind, noted, hidden }] of columns.entries()) {
    const value = line[name] ?? null;
    if (!noted || hidden || value === null) continue;
    const text = kind === 'text' ? String(value) : JSON.stringify(value);
    if (noted === 'values') listener.tell(index, text);
    else tellMembers(index, text, columns, listener);
  }
}

/** A text that is no JSON has no members. */
function tellMembers(column: number, json: string, columns: readonly Column[], listener: Listener): void {
  const noted = columns[column]?.noted;
  if (typeof noted !== 'object') return;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return;
  }
  const waiting = [value];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    for (const [name, member] of Object.entries(one)) {
      if (name === noted.member && (typeof member === 'string' || typeof member === 'number')) listener.tell(column, String(member));
      waiting.push(member);
    }
  }
}

/** The text that stands between the quotes of a JSON string. */
function unquoted(text: string): string {
  return JSON.parse(`"${text}"`) as string;
}
