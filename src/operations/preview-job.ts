import type { PreviewView } from '../contract/preview.ts';
import { dataFromOf } from '../domain/chain.ts';
import type { DateRange } from '../domain/date-range.ts';
import { type JobTime, parseJobTime } from '../domain/job-draft.ts';
import { previewRuns, simulateYear } from '../domain/job-preview.ts';
import { type JobRun, repeats, startsImmediately } from '../domain/job-run.ts';
import { wordsIn } from '../domain/language.ts';
import type { Moment } from '../domain/moment.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { previewNotes, skippedMonthsOfYear } from '../domain/preview-notes.ts';
import { ProblemList } from '../domain/problem-list.ts';
import { scheduleSentence } from '../domain/schedule-sentence.ts';
import type { ChainStanding, Window } from '../domain/window.ts';
import { CodedError } from '../errors.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import type { JobRecord } from '../records/jobs.ts';
import { readTenant } from '../records/tenants.ts';
import { listPublishedWindows } from '../records/published-windows.ts';
import { listSources, type SourceRecord } from '../records/sources.ts';
import { visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';
import { chainOf } from './chain-standing.ts';
import { forecastOf } from './forecast.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DEFAULT_COUNT = 5;
const MOST_RUNS = 100;
const YEAR_MS = 366 * 86_400_000;
const OTHER_PROPERTIES = ['job', 'source', 'type', 'entityTypes', 'count'] as const;

/** What is known of a job, stored or still being filled in. */
interface Previewed {
  readonly time: Pick<JobTime, 'timeZone' | 'askedTimeZone' | 'run' | 'range'> & { readonly start: Moment | null };
  readonly source: SourceRecord | undefined;
  readonly type: string | null;
  readonly entityTypes: 'all' | string[];
  /** The job that is edited, or looked at. */
  readonly job: JobRecord | null;
  /** Whether these are the stored settings of the job. */
  readonly isStored: boolean;
}

/**
 * The sentence, the next runs with their windows and marks, and what a year of it would cover, of settings that are not stored: those of
 * a form (PreviewRequest). With `job`, what an edit of it changes. The schedule is reckoned by the functions that the planner uses.
 * Errors: `request.invalid` with all problems of the time; `not_found` for the job.
 */
export async function previewJob(services: Services, actor: Actor, input: unknown): Promise<PreviewView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const sent = (typeof input === 'object' && input !== null ? input : {}) as Readonly<Record<string, unknown>>;
    const job = (sent['job'] ?? null) === null ? null : await visibleJob(tx, actor, idOf(sent['job']));
    // What the form leaves out of the job it edits is as stored.
    const sourceName = sent['source'] ?? job?.sourceName;
    const source = (await listSources(tx, actor.tenantId)).find((one) => one.name === sourceName && may(actor, 'exports.see', one.catalog));
    const known = source && services.connectors.describe(source.catalog).find((one) => one.type === (sent['type'] ?? job?.type));
    const { timeZone } = await readTenant(tx, actor.tenantId);
    const facts = {
      now: new Date(await databaseNow(tx)),
      timeZone,
      hasTime: known?.hasTime ?? true,
      ...(job && { editing: { run: job.run, range: job.dateRange } }),
    };
    const { moments, ...time } = parseJobTime(input, facts, OTHER_PROPERTIES);
    const sentTypes = sent['entityTypes'] ?? job?.entityTypes;
    const entityTypes = Array.isArray(sentTypes) ? sentTypes.filter((one) => typeof one === 'string') : 'all';
    return preview(
      services,
      tx,
      actor,
      { time: { ...time, start: moments.start }, source, type: known?.type ?? null, entityTypes, job, isStored: false },
      countOf(sent['count']),
    );
  });
}

/** The same of a stored job. Errors: `not_found`, `request.invalid`. */
export async function previewStoredJob(services: Services, actor: Actor, id: string, count?: number): Promise<PreviewView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const job = await visibleJob(tx, actor, id);
    const source = (await listSources(tx, actor.tenantId)).find((one) => one.id === job.sourceId);
    const time = { timeZone: job.timeZone, askedTimeZone: null, run: job.run, range: job.dateRange, start: null };
    return preview(services, tx, actor, { time, source, type: job.type, entityTypes: job.entityTypes ?? 'all', job, isStored: true }, countOf(count));
  });
}

async function preview(services: Services, tx: Tx, actor: Actor, asked: Previewed, count: number): Promise<PreviewView> {
  const { run, timeZone, askedTimeZone, range, start } = asked.time;
  const now = Date.parse(await databaseNow(tx));
  const words = wordsIn(actor.language);
  const { chain, startsAnew } = await chainOf(tx, actor, asked);
  const job = { run, timeZone, range, chain };
  // A job that started immediately has had its run; only a form of one has it still to come.
  const isOver = asked.isStored && startsImmediately(run);
  const planned = isOver ? [] : previewRuns({ ...job, after: now, count });
  return {
    sentence: scheduleSentence(run, timeZone, now, words),
    timeZone,
    askedTimeZone,
    runs: planned.map((one) => ({ ...one })),
    skippedMonths: skippedMonthsOfYear(run, timeZone, now),
    start: start && { ...start },
    notes: previewNotes({ run, timeZone, range, now, planned, start }, words).map((one) => ({ ...one })),
    year: await yearOf(tx, actor, asked, { job, now, startsNewChain: startsAnew }),
    edit: asked.isStored ? null : await forecastOf(services, tx, actor, { ...asked, job: asked.job, coming: job, now }),
  };
}

async function yearOf(
  tx: Tx,
  actor: Actor,
  asked: Previewed,
  facts: { job: { run: JobRun; timeZone: string; range: DateRange; chain: ChainStanding | null }; now: number; startsNewChain: boolean },
): Promise<PreviewView['year']> {
  const { job, now } = facts;
  if (!repeats(job.run)) return null;
  const until = now + YEAR_MS;
  const published = await publishedOf(tx, actor, asked);
  const dataFrom = job.range.kind === 'since_previous' ? dataFromOf(job) : null;
  const { twice, never } = simulateYear({ ...job, from: now, until, published, ...(dataFrom !== null && { dataFrom }) });
  const list = (stretches: readonly Window[]) => stretches.map((one) => ({ from: one.from, to: one.to }));
  return {
    from: new Date(now).toISOString(),
    to: new Date(until).toISOString(),
    twice: list(twice),
    never: list(never),
    startsNewChain: facts.startsNewChain,
  };
}

/** What the job has published of the very data the settings are about. */
async function publishedOf(tx: Tx, actor: Actor, { job, source, type, entityTypes }: Previewed): Promise<Window[]> {
  if (!job || !source || !type) return [];
  const windows = await listPublishedWindows(tx, actor.tenantId, { sourceId: source.id, type, from: null, to: null, jobId: job.id });
  const wanted = entityTypes === 'all' ? null : entityTypes;
  return windows
    .filter((one) => !one.ahead && (one.entityTypes === null || wanted === null || one.entityTypes.some((name) => wanted.includes(name))))
    .map((one) => one.window);
}

/** What is no id answers like an unknown one. */
function idOf(sent: unknown): string {
  if (typeof sent !== 'string' || !UUID.test(sent)) throw new CodedError('not_found');
  return sent;
}

function countOf(sent: unknown): number {
  if (sent === undefined) return DEFAULT_COUNT;
  const problems = new ProblemList();
  if (!Number.isInteger(sent) || (sent as number) < 1 || (sent as number) > MOST_RUNS) problems.add('query.invalid', 'count', sent, { min: 1, max: MOST_RUNS });
  problems.refuse();
  return sent as number;
}
