import { earlier, microsecondsOf } from '../domain/interval.ts';
import { CodedError } from '../errors.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import { readChain } from '../records/chains.ts';
import { findReplays } from '../records/data-requests/replays.ts';
import type { RunRecord } from '../records/runs.ts';
import { readSource } from '../records/sources.ts';
import type { ReadRequest, SourceSnapshot } from '../sources/source.ts';
import { suppressedPeople } from './data-requests/suppressed-people.ts';
import type { RunPulse } from './run-pulse.ts';
import type { Services } from './services.ts';
import { connectorOf } from './sources.ts';

/** A clock that is farther behind is not waited for: somebody has to set it right. */
const LONGEST_WAIT_MS = 2 * 60_000;

/**
 * Opens the source at one consistent state, for the window of the run and, of a chain, its late rows. A window of a chain is read when the
 * settle lag has passed by both clocks, UDM's and the source's, for publishing it closes it; the others may be read up to the lag
 * earlier, as their newest rows are not settled anyway. A clock that is behind is waited for, two minutes at the most, for a run that waits holds a worker.
 * Errors: `source.*`; `window.not_settled` when that is not enough.
 */
export async function openSnapshot(services: Services, run: RunRecord, tenantId: string, pulse: RunPulse): Promise<SourceSnapshot> {
  for (;;) {
    const { snapshot, behind } = await openOnce(services, run, tenantId, pulse);
    try {
      if (behind.milliseconds > LONGEST_WAIT_MS) throw new CodedError('window.not_settled', { value: behind.clocks });
      if (behind.milliseconds <= 0) {
        pulse.phase('counting');
        pulse.expect(await snapshot.estimateRows());
        return snapshot;
      }
    } catch (error) {
      await snapshot.close().catch(() => {});
      throw error;
    }
    await snapshot.close();
    pulse.phase('waiting');
    await services.wait(behind.milliseconds, pulse.signal);
  }
}

interface Behind {
  /** How long until the window is settled; not above 0 when it is. */
  readonly milliseconds: number;
  readonly clocks: { readonly windowTo: string | null; readonly udmNow: string; readonly sourceNow: string };
}

async function openOnce(services: Services, run: RunRecord, tenantId: string, pulse: RunPulse): Promise<{ snapshot: SourceSnapshot; behind: Behind }> {
  const { source, chain, toRepeat, udmNow } = await inTenant(services.database, tenantId, async (tx) => ({
    source: await readSource(tx, tenantId, run.sourceId),
    chain: run.chainId === null ? null : await readChain(tx, tenantId, run.chainId),
    toRepeat: await findReplays(tx, tenantId, run.sourceId),
    udmNow: await databaseNow(tx),
  }));
  if (!source) throw new CodedError('source.unknown');
  // Until then it holds people who were erased.
  if (toRepeat.length > 0) throw new CodedError('ledger.replay_pending', { value: source.name });
  const request: ReadRequest = {
    type: run.type,
    entityTypes: run.entityTypes,
    window: { from: run.windowFrom, to: run.windowTo },
    without: (await suppressedPeople(services, tenantId)).flatMap(({ identifiers }) => identifiers),
    ...(chain && { arrival: { after: run.lateFrom, settleSeconds: source.settleSeconds }, dataFrom: chain.dataFrom }),
  };
  const snapshot = await connectorOf(services, source).open(request, pulse.signal);
  const clocks = { windowTo: run.windowTo, udmNow, sourceNow: snapshot.now };
  if (run.windowTo === null) return { snapshot, behind: { milliseconds: 0, clocks } };
  const lag = BigInt(source.settleSeconds) * 1_000_000n;
  const settled = microsecondsOf(run.windowTo) + (chain ? lag : -lag);
  const slowest = earlier(microsecondsOf(udmNow), microsecondsOf(snapshot.now));
  // Rounded up: a window is not read a moment too early.
  return { snapshot, behind: { milliseconds: Math.ceil(Number(settled - slowest) / 1_000), clocks } };
}
