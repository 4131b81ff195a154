import { CodedError } from '../errors.ts';
import { databaseNow } from '../records/clock.ts';
import { proveIsolation } from '../records/self-test.ts';
import type { Services } from './services.ts';

/** The proofs behind `udm doctor`: each answers, or throws a coded error that says what is wrong. */

const MIN_FREE_BYTES = 1024 ** 3;

/** The database's time, ISO 8601. */
export function readClock(services: Services): Promise<string> {
  return databaseNow(services.database);
}

/** Errors: `database.role`, `database.policy`. */
export function checkIsolation(services: Services): Promise<void> {
  return proveIsolation(services.database);
}

/** Free bytes for artifacts. Error: `disk.full` below 1 GB. */
export async function checkDisk(services: Services): Promise<number> {
  const free = await services.storage.freeBytes();
  if (free < MIN_FREE_BYTES) throw new CodedError('disk.full', { value: free, range: `at least ${MIN_FREE_BYTES} bytes` });
  return free;
}
