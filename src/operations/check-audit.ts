import { type ChainRecord, ChainVerifier } from '../domain/audit-chain.ts';
import { readAuditCheck, storeAuditCheck } from '../records/audit-checks.ts';
import { readChain } from '../records/audit-log.ts';
import { inTenant } from '../records/database.ts';
import { findTenants } from '../records/planner.ts';
import { tellOfAudit } from './notices.ts';
import type { Services } from './services.ts';

/** The daily look at every record of every audit log, a little at a time. */

/** So old may a look be before the next begins. */
export const CHECK_HOURS = 24;
/** For so long records are looked at before others get their turn. */
const SLICE_MS = 1_000;
/** Records read at a time: little enough that requests do not wait for their hashes. */
const AT_ONCE = 1_000;

interface Pass {
  readonly tenantId: string;
  readonly verifier: ChainVerifier;
  readonly badLines: readonly number[];
  after: { readonly seq: number; readonly id: number };
}

export interface AuditChecker {
  /** Goes on looking for about a second, and notes what was found; true: nothing is due any more. */
  step(stopping: AbortSignal): Promise<boolean>;
}

/**
 * Looks at the log of each tenant once a day, from its first record to its last, in steps of about a second: what is held meanwhile are the anchors of one tenant
 * and the records in hand. A process that ends begins the log anew that it was at. `sliceMs`: the length of a step.
 */
export function openAuditChecker(services: Services, sliceMs = SLICE_MS): AuditChecker {
  let due: string[] = [];
  let pass: Pass | null = null;
  return {
    async step(stopping) {
      if (pass === null && due.length === 0) due = await tenantsDue(services);
      const until = performance.now() + sliceMs;
      do {
        const tenantId: string | undefined = pass === null ? due.shift() : pass.tenantId;
        if (tenantId === undefined) return true;
        pass ??= await begin(services, tenantId);
        const current: Pass = pass;
        // What fails begins anew: the records in hand may have been seen half.
        pass = null;
        if (!(await goOn(services, current))) pass = current;
        else await note(services, current);
      } while (performance.now() < until && !stopping.aborted);
      return pass === null && due.length === 0;
    },
  };
}

async function tenantsDue(services: Services): Promise<string[]> {
  const due: string[] = [];
  for (const tenantId of await findTenants(services.database)) {
    const last = await inTenant(services.database, tenantId, (tx) => readAuditCheck(tx, tenantId, CHECK_HOURS));
    if (last === null || last.isOld) due.push(tenantId);
  }
  return due;
}

async function begin(services: Services, tenantId: string): Promise<Pass> {
  // Before the records: an anchor that is written meanwhile may speak of records that are not read here.
  const { anchors, badLines } = await services.anchors.read(tenantId);
  return { tenantId, verifier: new ChainVerifier(anchors), badLines, after: { seq: 0, id: 0 } };
}

/** True when the last record was seen. */
async function goOn(services: Services, pass: Pass): Promise<boolean> {
  const { tenantId, verifier, after } = pass;
  const records: ChainRecord[] = await inTenant(services.database, tenantId, (tx) => readChain(tx, tenantId, after, AT_ONCE));
  verifier.take(records);
  const last = records.at(-1);
  if (last !== undefined) pass.after = { seq: last.seq, id: last.id };
  return records.length < AT_ONCE;
}

async function note(services: Services, { tenantId, verifier, badLines }: Pass): Promise<void> {
  const seen = verifier.end();
  const [first] = seen.findings;
  const place = first ? { code: `audit.${first.kind}`, number: first.seq } : { code: 'audit.anchor_changed', number: badLines[0] ?? 0 };
  const found = seen.found + badLines.length;
  await inTenant(services.database, tenantId, async (tx) => {
    await storeAuditCheck(tx, tenantId, { records: seen.records, found, ...(found > 0 ? place : { code: null, number: null }) });
    if (found > 0) await tellOfAudit(services, tx, tenantId, { ...place, found });
  });
  if (found > 0) services.log.error({ event: 'audit.broken', tenantId, code: place.code, count: found });
}
