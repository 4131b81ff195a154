import { dataFromOf, isSameSubject } from '../domain/chain.ts';
import type { JobTime } from '../domain/job-draft.ts';
import type { Actor } from '../domain/permission.ts';
import { DEFAULT_SETTLE_SECONDS } from '../domain/source-draft.ts';
import type { ChainStanding } from '../domain/window.ts';
import { readChain, readForecastEdge } from '../records/chains.ts';
import type { Tx } from '../records/database.ts';
import type { JobRecord } from '../records/jobs.ts';
import type { SourceRecord } from '../records/sources.ts';

interface ChainQuestion {
  readonly time: Pick<JobTime, 'run' | 'range'>;
  readonly source: SourceRecord | undefined;
  readonly type: string | null;
  readonly entityTypes: 'all' | readonly string[];
  /** The job whose chain it may be. */
  readonly job: JobRecord | null;
}

/** Where the chain of a since-previous-run job would go on with these settings; null for every other range. */
export async function chainOf(
  tx: Tx,
  actor: Actor,
  { time, source, type, entityTypes, job }: ChainQuestion,
): Promise<{ chain: ChainStanding | null; startsAnew: boolean }> {
  if (time.range.kind !== 'since_previous') return { chain: null, startsAnew: false };
  const settleSeconds = source?.settleSeconds ?? DEFAULT_SETTLE_SECONDS;
  const subject = { type: type ?? '', entityTypes: entityTypes === 'all' ? null : entityTypes, sourceId: source?.id ?? '', begins: time.range.dataFrom };
  const chain = job?.chainId ? await readChain(tx, actor.tenantId, job.chainId) : null;
  const known = chain && isSameSubject(chain, subject) ? chain : null;
  const begun = known !== null && known.edge !== known.dataFrom;
  // One that has published nothing begins where the settings say now, unless a run of it is ahead.
  const ahead = known && (await readForecastEdge(tx, actor.tenantId, known.id));
  const stays = known !== null && (begun || known.begins !== 'start' || ahead !== known.edge);
  const edge = stays ? ahead : dataFromOf(time);
  return { chain: { edge, settleSeconds }, startsAnew: known === null && chain !== null && chain.edge !== chain.dataFrom };
}
