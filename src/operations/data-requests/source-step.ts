import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { lockRequest, type RequestRecord } from '../../records/data-requests/requests.ts';
import { endStep, type StepLease } from '../../records/data-requests/steps.ts';
import { readSource, type SourceRecord } from '../../records/sources.ts';
import type { Services } from '../services.ts';
import { requestOfStep } from './sealed-person.ts';

/** What a step of one source works on, with the request locked; null: the request has gone on without it. Error: `source.unknown`. */
export async function lockSourceStep(tx: Tx, lease: StepLease, ...states: readonly string[]): Promise<{ request: RequestRecord; source: SourceRecord } | null> {
  await lockRequest(tx, lease.tenantId, lease.requestId);
  const request = await requestOfStep(tx, lease, ...states);
  if (!request) return null;
  const source = await readSource(tx, lease.tenantId, lease.sourceId as string);
  if (!source) throw new CodedError('source.unknown');
  return { request, source };
}

/** Ends a step whose request has gone on without it. */
export async function endUnused({ database }: Services, lease: StepLease): Promise<void> {
  await inTenant(database, lease.tenantId, (tx) => endStep(tx, lease, { state: 'done' }));
}
