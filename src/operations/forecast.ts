import type { PreviewView } from '../contract/preview.ts';
import { type EditForecast, type ForecastStretch, forecastEdit, type Published, type Settings } from '../domain/edit-forecast.ts';
import type { PreviewedJob } from '../domain/job-preview.ts';
import type { Actor } from '../domain/permission.ts';
import type { Tx } from '../records/database.ts';
import type { JobRecord } from '../records/jobs.ts';
import { listPublishedWindows } from '../records/published-windows.ts';
import { readSource, type SourceRecord } from '../records/sources.ts';
import { chainOf } from './chain-standing.ts';
import type { Services } from './services.ts';

const YEAR_MS = 366 * 86_400_000;
/** Three months hold whatever an hourly job does over and over, and a form waits for the answer. */
const SEASON_MS = 92 * 86_400_000;

interface EditAsked {
  /** The job as it is stored; null when none is edited. */
  readonly job: JobRecord | null;
  readonly source: SourceRecord | undefined;
  readonly type: string | null;
  readonly entityTypes: 'all' | readonly string[];
  /** With the new settings. */
  readonly coming: PreviewedJob;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What an edit of a job makes it cover twice, or not at all, in the year to come (three months of an hourly job); null when no job is edited. Reads, stores nothing. */
export async function forecastOf(services: Services, tx: Tx, actor: Actor, asked: EditAsked): Promise<PreviewView['edit']> {
  const { job, source, type, coming, now } = asked;
  const storedSource = job && (await readSource(tx, actor.tenantId, job.sourceId));
  if (!job || !storedSource || !source || !type) return job ? { twice: [], never: [] } : null;
  const stored = { run: job.run, range: job.dateRange };
  const { chain } = await chainOf(tx, actor, { time: stored, source: storedSource, type: job.type, entityTypes: job.entityTypes ?? 'all', job });
  const before = settingsOf(services, storedSource, job.type, job.entityTypes ?? 'all', { ...stored, timeZone: job.timeZone, chain });
  const after = settingsOf(services, source, type, asked.entityTypes, coming);
  const grounds = new Map([
    [before.ground, { source: storedSource, type: job.type }],
    [after.ground, { source, type }],
  ]);
  const published: Published[] = [];
  for (const [ground, one] of grounds) published.push(...(await publishedOn(tx, actor, ground, one, job.id)));
  const isHourly = [before, after].some((one) => one.job.run.kind === 'hourly');
  return presented(forecastEdit({ before, after, published, now, until: now + (isHourly ? SEASON_MS : YEAR_MS) }), grounds);
}

function settingsOf(services: Services, source: SourceRecord, type: string, entityTypes: 'all' | readonly string[], job: PreviewedJob): Settings {
  const known = services.connectors.describe(source.catalog).find((one) => one.type === type)?.entityTypes ?? [];
  return { job, ground: `${source.id} ${type}`, entityTypes: entityTypes === 'all' ? known : known.filter((name) => entityTypes.includes(name)) };
}

async function publishedOn(
  tx: Tx,
  actor: Actor,
  ground: string,
  { source, type }: { readonly source: SourceRecord; readonly type: string },
  jobId: string,
): Promise<Published[]> {
  const windows = await listPublishedWindows(tx, actor.tenantId, { sourceId: source.id, type, from: null, to: null, jobId });
  return windows.filter((one) => !one.ahead).map(({ window, entityTypes }) => ({ ground, window, entityTypes }));
}

function presented(
  { twice, never }: EditForecast,
  grounds: ReadonlyMap<string, { readonly source: SourceRecord; readonly type: string }>,
): NonNullable<PreviewView['edit']> {
  const list = (stretches: readonly ForecastStretch[]) =>
    stretches.map(({ from, to, ground, entityTypes }) => {
      const one = grounds.get(ground);
      return { from, to, source: one?.source.name ?? '', type: one?.type ?? '', entityTypes: [...entityTypes] };
    });
  return { twice: list(twice), never: list(never) };
}
