import type { PlannedTimelineRun, RunTimelineView } from '../contract/run-timeline.ts';
import { previewRuns } from '../domain/job-preview.ts';
import { type Actor, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { ProblemList } from '../domain/problem-list.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { countTimelineRuns, listPlanningJobs, listTimelineRuns, type PlanningJob, type TimelineFilter } from '../records/run-timeline.ts';
import { readRange } from './read-coverage.ts';
import type { Services } from './services.ts';

/** More dots than these nobody can tell apart: they are counted instead. */
const MOST_RUNS = 2_000;
const BUCKETS = 120;
const MOST_JOBS = 200;
const MOST_PLANNED_PER_JOB = 50;
const MOST_PLANNED = 1_000;
const DAY_MS = 86_400_000;
/** Two occurrences never lie further apart than these days: one before the range tells where the first window in it begins. */
const LEAD_DAYS = { once: 0, hourly: 2, daily: 3, weekly: 15, monthly: 63 } as const;
/** Hourly has the most. */
const MOST_LEAD = LEAD_DAYS.hourly * 24 + 2;

export interface TimelineRequest {
  /** Timestamps with offset, half-open. */
  readonly from: string;
  readonly to: string;
  readonly job?: string | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
}

/** Past and planned runs on one axis (product.md section 3), bounded whatever there is. Error: `request.invalid` with `timestamp.*`, `range.order`. */
export async function readRunTimeline(services: Services, actor: Actor, request: TimelineRequest): Promise<RunTimelineView> {
  requirePermission(actor, 'exports.see');
  const problems = new ProblemList();
  const range = readRange(request, problems);
  problems.refuse();
  const { job, source, type } = request;
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const filter: TimelineFilter = { ...range, job, source, type, catalogs: visibleCatalogs(actor) };
    const now = await databaseNow(tx);
    const runs = await listTimelineRuns(tx, actor.tenantId, filter, MOST_RUNS + 1);
    const tooMany = runs.length > MOST_RUNS;
    const { planned, cut } = await plannedOf(tx, actor, filter, Date.parse(now));
    return {
      ...range,
      now,
      runs: tooMany
        ? []
        : runs.map((one) => ({
            ...one,
            scheduledAt: one.scheduledAt.toISOString(),
            startedAt: one.startedAt?.toISOString() ?? null,
            finishedAt: one.finishedAt?.toISOString() ?? null,
          })),
      buckets: tooMany ? await bucketsOf(tx, actor, filter) : [],
      planned,
      plannedCut: cut,
    };
  });
}

async function bucketsOf(tx: Tx, actor: Actor, filter: TimelineFilter): Promise<RunTimelineView['buckets']> {
  const [from, to] = [Date.parse(filter.from), Date.parse(filter.to)];
  const edge = (place: number) => new Date(from + ((to - from) * place) / BUCKETS).toISOString();
  const counted = await countTimelineRuns(tx, actor.tenantId, filter, BUCKETS);
  const places = [...new Set(counted.map((one) => one.place))];
  return places.map((place) => {
    const inside = counted.filter((one) => one.place === place);
    return {
      from: edge(place),
      to: edge(place + 1),
      count: inside.reduce((sum, one) => sum + one.count, 0),
      statuses: Object.fromEntries(inside.map((one) => [one.status, one.count])),
      longestSeconds: Math.max(...inside.map((one) => one.longestSeconds)),
    };
  });
}

/** The first runs in the range of every active job by its schedule, in order. */
async function plannedOf(tx: Tx, actor: Actor, filter: TimelineFilter, now: number): Promise<{ planned: PlannedTimelineRun[]; cut: boolean }> {
  if (Date.parse(filter.to) <= now) return { planned: [], cut: false };
  const jobs = await listPlanningJobs(tx, actor.tenantId, filter, MOST_JOBS + 1);
  const [from, to] = [Math.max(now, Date.parse(filter.from)), Date.parse(filter.to)];
  const each = jobs.slice(0, MOST_JOBS).map((job) => plannedOfJob(job, now, from));
  const inside = each
    .flat()
    .filter((one) => Date.parse(one.at) < to)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const cutShort = each.some((runs) => runs.length === MOST_PLANNED_PER_JOB && Date.parse(runs.at(-1)?.at ?? filter.to) < to);
  return { planned: inside.slice(0, MOST_PLANNED), cut: cutShort || jobs.length > MOST_JOBS || inside.length > MOST_PLANNED };
}

/** From `from` on, at most 50. */
function plannedOfJob(job: PlanningJob, now: number, from: number): PlannedTimelineRun[] {
  const chain = job.range.kind === 'since_previous' ? { edge: job.edge, settleSeconds: job.settleSeconds } : null;
  const after = Math.max(now, job.plannedUntil.getTime(), from - LEAD_DAYS[job.run.kind] * DAY_MS);
  const planned = previewRuns({ run: job.run, timeZone: job.timeZone, range: job.range, chain, after, count: MOST_PLANNED_PER_JOB + MOST_LEAD });
  const inside = planned.filter(({ at }) => Date.parse(at) >= from).slice(0, MOST_PLANNED_PER_JOB);
  return inside.map(({ at, window }) => ({
    jobId: job.id,
    jobTitle: job.title,
    source: job.source,
    type: job.type,
    at,
    window: window && { from: window.from, to: window.to },
  }));
}
