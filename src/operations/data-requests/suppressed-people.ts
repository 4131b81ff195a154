import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { reasonOf } from '../../lib/log.ts';
import { inTenant } from '../../records/database.ts';
import { findErasuresGoing } from '../../records/data-requests/requests.ts';
import type { Services } from '../services.ts';
import { openFoundPerson } from './sealed-person.ts';

/** Somebody who is being erased. */
export interface SuppressedPerson {
  readonly requestId: string;
  /** Theirs alone. */
  readonly identifiers: readonly NormalIdentifier[];
}

/**
 * Everybody who is being erased, from the line in the ledger on until it is over. Exports leave their rows out. Whose key is lost is passed over: a
 * file that holds them is found by its index.
 */
export async function suppressedPeople(services: Services, tenantId: string): Promise<SuppressedPerson[]> {
  const going = await inTenant(services.database, tenantId, (tx) => findErasuresGoing(tx, tenantId));
  const found: SuppressedPerson[] = [];
  for (const requestId of going) {
    try {
      found.push({ requestId, identifiers: (await openFoundPerson(services, tenantId, requestId)).holders.person });
    } catch (error) {
      services.log.warn({ event: 'request.not_suppressed', reason: reasonOf(error) });
    }
  }
  return found;
}
