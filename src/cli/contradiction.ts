import { CodedError } from '../errors.ts';

/** Refuses flags that say different things about one matter. Error: `usage` that names them. */
export function refuseSeveral(given: readonly string[], matter: string): void {
  if (given.length > 1) throw new CodedError('usage', { field: given.join(', '), value: 'they contradict each other', range: `one ${matter}` });
}

/** Refuses a flag that means nothing beside what else was said. Error: `usage` that names it and what it belongs to. */
export function refuseBeside(flag: string, beside: string, belongsTo: string): never {
  throw new CodedError('usage', { field: flag, value: `it means nothing beside ${beside}`, range: `with ${belongsTo}` });
}
