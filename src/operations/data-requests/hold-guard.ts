import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { holdsOn } from '../../records/data-requests/holds.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';
import type { Services } from '../services.ts';

/** Asked before anything of a source is changed. Error: `gdpr.held` while a legal hold is on the person. */
export async function requireNoHold(tx: Tx, { tenantId, hashes }: Pick<RequestRecord, 'tenantId' | 'hashes'>): Promise<void> {
  if ((await holdsOn(tx, tenantId, hashes)).length > 0) throw new CodedError('gdpr.held');
}

/** The same between two pieces of a work that goes on: what is changed by then stays so, and nothing more is. */
export function holdGuard({ database }: Services, request: Pick<RequestRecord, 'tenantId' | 'hashes'>): () => Promise<void> {
  return () => inTenant(database, request.tenantId, (tx) => requireNoHold(tx, request));
}

export function isHold(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'gdpr.held';
}
