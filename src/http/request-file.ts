import { CodedError } from '../errors.ts';
import { parseJsonBody } from './json-body.ts';

/**
 * Reads a file of data requests. What is not one JSON document in UTF-8, such as CSV or a document on each line, is refused with line and
 * column, both from 1. Errors: `gdpr.file_format`, `json.duplicate_key`, `number.format`.
 */
export function parseRequestFileBytes(bytes: Uint8Array): unknown {
  try {
    return parseJsonBody(bytes);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'json.invalid') throw error;
    const { offset = 0 } = (error.details.value ?? {}) as { offset?: number };
    throw new CodedError('gdpr.file_format', {
      field: 'file',
      value: placeOf(bytes, offset),
      ...(error.details.range !== undefined && { range: error.details.range }),
    });
  }
}

/** Columns count characters, as editors do. */
function placeOf(bytes: Uint8Array, offset: number): { line: number; column: number } {
  const before = new TextDecoder().decode(bytes.subarray(0, offset));
  const lines = before.split(/\r\n|\n|\r/);
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
}
