import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { SentIdentifier } from '../domain/data-requests/identifier-checks.ts';
import { CodedError } from '../errors.ts';
import { namesSomebody } from '../http/refuse-identifiers.ts';
import { parseRequestFileBytes } from '../http/request-file.ts';

/** Who a request or hold is about comes from a file or, with `-`, from standard input: a command line is seen by others and kept by shells. */

/** Errors: `file.unreadable`, `gdpr.file_format`. */
export async function readJsonFile(file: string): Promise<unknown> {
  const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file).catch(() => null);
  if (!bytes) throw new CodedError('file.unreadable', { value: file });
  return parseRequestFileBytes(bytes);
}

/** Identifiers by type, as a person has them in a file of requests: `{ "email": ["…"], "phone": "…" }`. Error: `field.type`. */
export async function readIdentifiers(file: string): Promise<SentIdentifier[]> {
  const value = await readJsonFile(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: 'file', range: '{ "email": ["…"] }' }] });
  return Object.entries(value).flatMap(([type, one]) => (Array.isArray(one) ? (one as unknown[]) : [one]).map((text) => ({ type, value: String(text) })));
}

/** Error: `usage.identifier` when the text names somebody. */
export function refuseNames(flag: string, text: string | undefined): void {
  if (text !== undefined && namesSomebody(`/?x=${encodeURIComponent(text)}`)) throw new CodedError('usage.identifier', { field: flag });
}
