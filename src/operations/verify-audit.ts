import { type Anchor, type ChainRecord, type ChainStart, ChainVerifier, type Verification } from '../domain/audit-chain.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { readChain } from '../records/audit-log.ts';
import { inTenant } from '../records/database.ts';
import type { Services } from './services.ts';

/** Records read at a time. */
const AT_ONCE = 5_000;

export interface AuditVerification extends Verification {
  /** Lines of the file of anchors that are not what was written there. */
  readonly badAnchorLines: readonly number[];
}

/** Looks at the whole log of the actor's tenant and at its anchors. Errors: `permission.denied`, `audit.anchors_unreadable`. */
export async function verifyAudit(services: Services, actor: Actor, signal?: AbortSignal): Promise<AuditVerification> {
  requirePermission(actor, 'audit.see');
  return verifyTenant(services, actor.tenantId, signal);
}

export async function verifyTenant(services: Services, tenantId: string, signal?: AbortSignal): Promise<AuditVerification> {
  // Before the records: an anchor that is written meanwhile may speak of records that are not read here.
  const { anchors, badLines } = await services.anchors.read(tenantId);
  const found = await verifyFrom(services, tenantId, anchors, undefined, signal);
  return { ...found, badAnchorLines: badLines };
}

/** The records after `start` (left out: all), a piece at a time: each is a transaction of its own, for what is there does not change. */
export async function verifyFrom(
  services: Services,
  tenantId: string,
  anchors: readonly Anchor[],
  start?: ChainStart,
  signal?: AbortSignal,
): Promise<Verification> {
  const verifier = new ChainVerifier(anchors, start);
  let after = { seq: start?.seq ?? 0, id: start === undefined ? 0 : Number.MAX_SAFE_INTEGER };
  for (;;) {
    signal?.throwIfAborted();
    const records: ChainRecord[] = await inTenant(services.database, tenantId, (tx) => readChain(tx, tenantId, after, AT_ONCE));
    verifier.take(records);
    const last = records.at(-1);
    if (records.length < AT_ONCE || last === undefined) return verifier.end();
    after = { seq: last.seq, id: last.id };
  }
}
