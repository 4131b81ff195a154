import { erasureOf } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { lockRequest } from '../../records/data-requests/requests.ts';
import { endStep, type StepLease } from '../../records/data-requests/steps.ts';
import { readSource, type SourceRecord } from '../../records/sources.ts';
import type { Services } from '../services.ts';
import { finishErasure } from './finish-erasure.ts';
import { lookAgain } from './look-again.ts';
import { inPieces } from './person-rows.ts';
import { type FoundPerson, openFoundPerson, peopleOf, requestOfStep } from './sealed-person.ts';

/** Rows read at a time. */
const AT_ONCE = 500;

/** Searches a source again, by every identifier of the person, for what an erasure would still take away. Nothing of the source is changed. */
export async function researchSource(services: Services, lease: StepLease, signal: AbortSignal): Promise<void> {
  const { tenantId, requestId } = lease;
  const source = await inTenant(services.database, tenantId, async (tx) => {
    if (!(await requestOfStep(tx, lease, 'running', 'verified'))) return null;
    const found = await readSource(tx, tenantId, lease.sourceId as string);
    if (!found) throw new CodedError('source.unknown');
    return found;
  });
  const left = source ? await countLeft(services, source, await openFoundPerson(services, tenantId, requestId), signal) : 0;
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    if (!(await endStep(tx, lease, { state: 'done', counts: { left } })) || !source) return;
    await finishErasure(services, tx, lease);
  });
}

async function countLeft(services: Services, source: SourceRecord, person: FoundPerson, signal: AbortSignal): Promise<number> {
  const people = peopleOf(services, source);
  const { named, knowledge } = await lookAgain(services, source, people, person, signal);
  let left = 0;
  for (const table of people.tables)
    for (const some of inPieces(table.name, AT_ONCE, named))
      for await (const batch of people.read([some], signal))
        for (const { row, parent } of batch) if (parent === null && erasureOf(table, row, knowledge).do !== 'keep') left += 1;
  return left;
}
