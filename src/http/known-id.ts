import { CodedError } from '../errors.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id of an address. What is no UUID cannot exist: it answers like an unknown one. Error: `not_found`. */
export function knownId(text: string): string {
  if (!UUID.test(text)) throw new CodedError('not_found');
  return text.toLowerCase();
}
