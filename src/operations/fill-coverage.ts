import type { FillPlanView } from '../contract/coverage.ts';
import type { RunView } from '../contract/run.ts';
import { gapsOf } from '../domain/coverage.ts';
import { compare, type Interval, intervalOf, windowOfInterval } from '../domain/interval.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { ProblemList } from '../domain/problem-list.ts';
import { windowOf } from '../domain/window.ts';
import { CodedError } from '../errors.ts';
import { recordActs } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import type { JobRecord } from '../records/jobs.ts';
import { insertPlannedRuns } from '../records/planned-runs.ts';
import { readRuns } from '../records/runs.ts';
import { auditActor } from './actor-of.ts';
import { passTurns } from './give-turns.ts';
import { presentRun } from './present.ts';
import { requireRoom } from './queue-run.ts';
import { coverageIn, readRange } from './read-coverage.ts';
import { visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/** Runs one order makes; after it the next gaps can be asked for. */
const MOST_GAPS = 1_000;

export interface FillRequest {
  readonly job: string;
  readonly from: string;
  readonly to: string;
  readonly states?: readonly ('never' | 'expired')[];
}

export interface FillOrder {
  readonly job: string;
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
}

/** What `fillGaps` would run: the gaps of the job's source, type and entity types, without what waits or is going, and
 * without what a chain will publish anyway; at most 1,000, and nothing is changed.
 * A stretch that only some of the job's entity types lack is a gap too; filling it exports the others of that stretch once more. */
export async function planFill(services: Services, actor: Actor, request: FillRequest): Promise<FillPlanView> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const job = await visibleJob(tx, actor, request.job, 'jobs.change');
    const problems = new ProblemList();
    const range = readRange(request, problems);
    problems.refuse();
    requireTime(services, job);
    // What has not happened yet, or may still change, is no gap.
    const settled = await settledUpTo(tx, job);
    const to = Date.parse(range.to) > Date.parse(settled) ? settled : range.to;
    if (Date.parse(range.from) >= Date.parse(to)) return { job: job.id, jobTitle: job.title, gaps: [] };
    const { stretches } = await coverageIn(services, tx, actor, groundOf(job, { ...range, to }), 'ahead');
    const gaps = gapsOf(stretches, request.states ?? ['never']);
    return { job: job.id, jobTitle: job.title, gaps: gaps.slice(0, MOST_GAPS).map((gap) => ({ from: gap.from as string, to: gap.to as string })) };
  });
}

/**
 * Queues a run of the job for each gap, one after another; they stand outside its chain.
 * Errors: `not_found`; `request.invalid` with `timestamp.*`, `range.order`, `range.future`; `coverage.changed` when a run covers
 * part of a gap by now; `range.kind` for a type without time; `disk.full`.
 */
export async function fillGaps(services: Services, actor: Actor, order: FillOrder): Promise<RunView[]> {
  requirePermission(actor, 'jobs.change');
  const { tenantId } = actor;
  await requireRoom(services);
  return inTenant(services.database, tenantId, async (tx) => {
    await visibleJob(tx, actor, order.job, 'jobs.change');
    await lockJob(tx, tenantId, order.job);
    const job = await visibleJob(tx, actor, order.job);
    requireTime(services, job);
    const now = await databaseNow(tx);
    const gaps = readGaps(order, await settledUpTo(tx, job));
    await requireStillOpen(services, tx, actor, job, gaps);
    const made = await insertPlannedRuns(
      tx,
      tenantId,
      gaps.map((gap) => ({
        jobId: job.id,
        scheduledAt: now,
        status: 'scheduled',
        trigger: 'backfill',
        windowFrom: gap.from,
        windowTo: gap.to,
        chained: false,
      })),
    );
    await recordActs(
      tx,
      made.map((run) => ({
        tenantId,
        actor: auditActor(actor),
        action: 'run.requested',
        object: { kind: 'run', id: run.id },
        detail: { trigger: 'backfill' },
      })),
    );
    await passTurns(services, tx, tenantId, [job.id]);
    const runs = await readRuns(
      tx,
      tenantId,
      made.map((run) => run.id),
    );
    return runs.map(presentRun);
  });
}

/** The clock less the settle lag of the source: rows of an earlier time are visible. */
async function settledUpTo(tx: Tx, job: JobRecord): Promise<string> {
  const { settleSeconds } = job;
  const settled = windowOf({ kind: 'since_previous', dataFrom: 'all' }, await databaseNow(tx), job.timeZone, { edge: null, settleSeconds });
  return settled?.to as string;
}

function readGaps(order: FillOrder, settled: string): { from: string; to: string }[] {
  const problems = new ProblemList();
  if (order.gaps.length < 1 || order.gaps.length > MOST_GAPS) problems.addAsIs('field.type', 'gaps', order.gaps.length, { min: 1, max: MOST_GAPS });
  const gaps = order.gaps.map((gap, index) => readRange(gap, problems, `gaps[${index}].`));
  const sorted = [...gaps.entries()].sort(([, a], [, b]) => Date.parse(a.from) - Date.parse(b.from));
  for (const [place, [index, gap]] of sorted.entries()) {
    if (Date.parse(gap.to) > Date.parse(settled))
      problems.addAsIs('range.future', `gaps[${index}].to`, { to: gap.to, settledUpTo: settled }, { latest: settled });
    const before = sorted[place - 1]?.[1];
    if (before && Date.parse(gap.from) < Date.parse(before.to)) problems.add('range.order', `gaps[${index}].from`, gap.from, { from: before.to });
  }
  problems.refuse();
  return gaps;
}

/** Whose data is looked at: that of a job, or of one of its runs. */
type Ground = Pick<JobRecord, 'id' | 'sourceId' | 'catalog' | 'type' | 'entityTypes'>;

/** Refuses gaps that a run covers by now, or that a chain will. Error: `coverage.changed`. */
export async function requireStillOpen(services: Services, tx: Tx, actor: Actor, job: Ground, gaps: FillOrder['gaps']): Promise<void> {
  const sorted = gaps.map(intervalOf).sort((a, b) => compare(a.from, b.from));
  const whole = windowOfInterval({ from: (sorted[0] as Interval).from, to: (sorted.at(-1) as Interval).to });
  const { stretches } = await coverageIn(services, tx, actor, groundOf(job, { from: whole.from as string, to: whole.to as string }), 'ahead');
  // Both are in order and neither overlaps itself: one walk over the two finds where they meet.
  let place = 0;
  for (const stretch of stretches.filter((one) => one.state === 'covered' || one.state === 'twice')) {
    const taken = intervalOf(stretch);
    while (place < sorted.length && (sorted[place] as Interval).to <= taken.from) place += 1;
    const gap = sorted[place];
    if (gap && gap.from < taken.to) throw new CodedError('coverage.changed', { value: { from: stretch.from, to: stretch.to, run: stretch.runs[0] ?? null } });
  }
}

function requireTime(services: Services, job: JobRecord): void {
  const type = services.connectors.describe(job.catalog).find((one) => one.type === job.type);
  if (!type?.hasTime) throw new CodedError('range.kind', { field: 'job', value: job.type, range: 'a job of a type whose rows have a time' });
}

function groundOf(job: Ground, range: { from: string; to: string }) {
  return { jobId: job.id, sourceId: job.sourceId, catalog: job.catalog, type: job.type, entityTypes: job.entityTypes, ...range };
}
