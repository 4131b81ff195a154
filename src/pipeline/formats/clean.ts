import { isUtf8 } from 'node:buffer';

/** What a source with another encoding let through is not UTF-8, and must not make a file that cannot be read. */
export function cleanOf(lines: Uint8Array): Buffer {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  return isUtf8(bytes) ? bytes : Buffer.from(new TextDecoder().decode(bytes));
}
