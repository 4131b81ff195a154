/** Values in the text format of COPY. Inside the sample "cell" means: already in that format. */

export const NULL_CELL = '\\N';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Any text as a cell. */
export function cellOf(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}

/** Any value as a JSON cell. */
export function jsonCellOf(value: unknown): string {
  return cellOf(JSON.stringify(value));
}

/** Microseconds since 1970 as a timestamptz cell. */
export function timeCell(micros: number): string {
  const second = new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  return `${second}.${fraction}+00`;
}
