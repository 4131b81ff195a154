import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { SentIdentifier } from '../domain/data-requests/identifier-checks.ts';
import { IDENTIFIER_TYPES } from '../domain/data-requests/identifiers.ts';
import { ProblemList, propertiesOf } from '../domain/problem-list.ts';
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

/** Identifiers by type, as a person has them in a file of requests: `{ "email": ["…"], "phone": "…" }`. Error: `request.invalid` with every place where no text stands. */
export async function readIdentifiers(file: string): Promise<SentIdentifier[]> {
  const problems = new ProblemList();
  const types = propertiesOf(await readJsonFile(file));
  if (!types) problems.add('field.type', 'file', undefined, '{ "email": ["…"] }');
  const identifiers = [...(types ?? [])].flatMap(([type, one]) => {
    const list: unknown[] = Array.isArray(one) ? one : [one];
    return list.flatMap((value, index): SentIdentifier[] => {
      if (typeof value === 'string') return [{ type, value }];
      problems.add('field.type', Array.isArray(one) ? `${placeOf(type)}[${index}]` : placeOf(type), undefined, 'string, or a list of strings');
      return [];
    });
  });
  problems.refuse();
  return identifiers;
}

/** A name that is no type of identifier may be one itself, and is not repeated. */
function placeOf(type: string): string {
  return (IDENTIFIER_TYPES as readonly string[]).includes(type) ? type : 'file';
}

/** Error: `usage.identifier` when the text names somebody. */
export function refuseNames(flag: string, text: string | undefined): void {
  if (text !== undefined && namesSomebody(`/?x=${encodeURIComponent(text)}`)) throw new CodedError('usage.identifier', { field: flag });
}
