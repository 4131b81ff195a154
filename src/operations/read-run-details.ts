import type { AttemptView, RunDetailsView, RunSettingsView, RunTimelineEntry } from '../contract/run-details.ts';
import { recordOf } from '../domain/estimate-record.ts';
import { wordsIn } from '../domain/language.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { rangeSentence, type ScheduleWords, scheduleSentence } from '../domain/schedule-sentence.ts';
import type { TimeRange } from '../domain/time-left.ts';
import { listArtifactsOfRun } from '../records/artifacts.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { type AttemptRecord, listAttempts } from '../records/run-attempts.ts';
import { listEstimatesOfRun, listPastEstimates } from '../records/run-estimates.ts';
import { listChanges, listNeighbourRuns } from '../records/run-neighbours.ts';
import { readRunManifest } from '../records/run-manifests.ts';
import { type RunSettings, readRunSettings } from '../records/run-settings.ts';
import type { RunRecord } from '../records/runs.ts';
import { presentArtifacts } from './artifacts.ts';
import { presentCause } from './present.ts';
import { presentStoredRun, visibleRun } from './read-runs.ts';
import type { Services } from './services.ts';

/** Runs of the job that are shown on either side of the run. */
const NEIGHBOURS = 5;
const MOST_CHANGES = 50;
/** Estimates of the job that its track record tells of. */
const JUDGED = 20;

/** Everything about one run: attempts with their phases, parts, the settings as they were, and what happened around it. Error: `not_found`. */
export async function getRunDetails(services: Services, actor: Actor, id: string): Promise<RunDetailsView> {
  requirePermission(actor, 'exports.see');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const run = await visibleRun(tx, actor, id);
    const settings = await readRunSettings(tx, tenantId, id);
    return {
      run: await presentStoredRun(tx, actor, id),
      attempts: (await listAttempts(tx, tenantId, id)).map(presentAttempt),
      parts: await presentArtifacts(tx, actor, await listArtifactsOfRun(tx, tenantId, id)),
      hasManifest: (await readRunManifest(tx, tenantId, id)) !== null,
      estimates: run.jobId === null ? null : recordOf(await listPastEstimates(tx, tenantId, run.jobId, JUDGED)),
      estimatesOfRun: (await listEstimatesOfRun(tx, tenantId, id)).map(presentEstimate),
      settings: settings && presentSettings(settings, Date.parse(await databaseNow(tx)), wordsIn(actor.language)),
      timeline: await timelineOf(tx, tenantId, run),
    };
  });
}

function presentEstimate({ percent, shown, left }: { percent: number; shown: TimeRange; left: number }): RunDetailsView['estimatesOfRun'][number] {
  return { percent, from: shown.low / 1_000, to: shown.high / 1_000, left: Math.round(left / 100) / 10 };
}

function presentAttempt(one: AttemptRecord): AttemptView {
  return {
    attempt: one.attempt,
    cause: one.cause,
    worker: one.worker,
    startedAt: one.startedAt.toISOString(),
    finishedAt: one.finishedAt?.toISOString() ?? null,
    outcome: one.outcome as AttemptView['outcome'],
    error: presentCause(one.errorCode, one.errorValue),
    phases: one.phases.map((phase) => ({ ...phase })) as AttemptView['phases'],
    rows: one.rows,
    bytes: one.bytes,
    fileBytes: one.fileBytes,
  };
}

function presentSettings(settings: RunSettings, now: number, words: ScheduleWords): RunSettingsView {
  const { version, title, description, source, type, entityTypes, timeZone, run, range, missedRuns, recipients } = settings;
  return {
    version,
    title,
    description,
    source,
    type,
    entityTypes: entityTypes ? [...entityTypes] : 'all',
    timeZone,
    run: run as RunSettingsView['run'],
    sentence: scheduleSentence(run, timeZone, now, words),
    range,
    rangeSentence: rangeSentence(range, timeZone, words),
    missedRuns,
    splitMegabytes: settings.splitMegabytes ?? null,
    compression: settings.compression ?? 'fast',
    format: settings.format ?? 'jsonl',
    csvFormulas: settings.csvFormulas ?? 'keep',
    recipients: recipients.map((one) => ({ ...one })),
  };
}

/** Runs and changes on one line, newest first. The run itself is among them. */
async function timelineOf(tx: Tx, tenantId: string, run: RunRecord): Promise<RunTimelineEntry[]> {
  const runs = run.jobId ? await listNeighbourRuns(tx, tenantId, run.jobId, run.id, NEIGHBOURS) : [{ id: run.id, at: run.scheduledAt, status: run.status }];
  // What led to the oldest of them, and when there is none after it everything until now.
  const from = runs.length > NEIGHBOURS ? (runs[0]?.at ?? null) : null;
  const last = runs.at(-1);
  const to = last && last.id !== run.id ? last.at : null;
  const objects = [...run.certificateIds, ...(run.jobId ? [run.jobId] : [])];
  const changes = await listChanges(tx, tenantId, { run: run.id, objects, from, to, limit: MOST_CHANGES });
  const entries: RunTimelineEntry[] = [
    ...runs.map((one) => ({ at: one.at.toISOString(), kind: 'run' as const, runId: one.id, status: one.status, action: null, actor: null })),
    ...changes.map((one) => ({ at: one.at.toISOString(), kind: 'change' as const, runId: one.runId, status: null, action: one.action, actor: one.actor })),
  ];
  return entries.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
