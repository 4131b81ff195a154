import { setTimeout as pause } from 'node:timers/promises';
import type { Anchor } from '../domain/audit-chain.ts';
import { reasonOf } from '../lib/log.ts';
import { type ChainHead, readChainHeads } from '../records/audit-log.ts';
import type { Services } from './services.ts';
import { verifyFrom } from './verify-audit.ts';

/** How often the ends of the chains are looked at. */
const LOOK_MS = 5_000;
/** So many records are anchored without waiting. */
const MOST_WAITING = 1_000;

/** Anchors the chains until it is stopped; what fails is tried again with the next look. Only the process that has the data folder for itself. */
export async function startAnchoring(services: Services, everySeconds: number, stopping: AbortSignal): Promise<void> {
  const told = new Set<string>();
  while (!stopping.aborted) {
    await anchorChains(services, { everySeconds, told }).catch((error: unknown) => {
      if (!stopping.aborted) services.log.error({ event: 'audit.not_anchored', reason: reasonOf(error) });
    });
    await pause(LOOK_MS, undefined, { signal: stopping }).catch(() => {});
  }
}

/**
 * Anchors the end of every chain that grew since its last anchor; with `everySeconds`, only those whose last anchor is so old or that grew much. What is
 * anchored was looked at first: a chain that does not go on from its last anchor gets none, and the log says so (of each tenant once, with `told`).
 * Returns how many anchors were written. Error: `audit.anchors_unwritable`.
 */
export async function anchorChains(services: Services, options: { readonly everySeconds?: number; readonly told?: Set<string> } = {}): Promise<number> {
  const found: Anchor[] = [];
  const now = new Date();
  for (const head of await readChainHeads(services.database)) {
    const last = await services.anchors.last(head.tenantId);
    if (last && last.seq === head.seq && last.hash === head.hash) continue;
    if (last && !isDue(last, head, now, options.everySeconds)) continue;
    if (await goesOn(services, head, last)) found.push({ tenantId: head.tenantId, seq: head.seq, hash: head.hash, at: now.toISOString() });
    else if (!options.told?.has(head.tenantId)) {
      options.told?.add(head.tenantId);
      services.log.error({ event: 'audit.broken', tenantId: head.tenantId });
    }
  }
  await services.anchors.append(found);
  return found.length;
}

function isDue(last: Anchor, head: ChainHead, now: Date, everySeconds: number | undefined): boolean {
  if (everySeconds === undefined || head.seq <= last.seq || head.seq - last.seq >= MOST_WAITING) return true;
  return now.getTime() - Date.parse(last.at) >= everySeconds * 1_000;
}

async function goesOn(services: Services, head: ChainHead, last: Anchor | null): Promise<boolean> {
  if (last && head.seq <= last.seq) return false;
  const seen = await verifyFrom(services, head.tenantId, [], last ?? undefined);
  // Records may have come meanwhile: what counts is that the head read before is among them.
  return seen.found === 0 && (seen.head?.seq ?? 0) >= head.seq;
}
