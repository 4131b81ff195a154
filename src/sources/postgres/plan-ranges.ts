/** Cuts a file into ranges of time that several connections can read at once, all in the snapshot of the first. */

import type { ReadPlan } from '../source.ts';
import type { PlanData, PlanShared } from './read-plan.ts';
import type { ReadableFile } from './readable-files.ts';
import type { SnapshotReader } from './snapshot-reader.ts';
import type { CopyStatements } from './statements.ts';

/** About so many bytes of rows in one range: enough that a query is worth its millisecond, little enough to wait for in memory. */
const RANGE_BYTES = 3 * 2 ** 20;
/** A file of fewer is read sooner than a connection is opened. */
const SMALL_BYTES = 8 * 2 ** 20;
const MODULE = new URL('./read-plan.ts', import.meta.url).href;

/** Of the order of the rows on disk and that of their times. */
const IN_ORDER = 0.9;

/** What ANALYZE knows of the times, in milliseconds of the epoch: every stretch between two of them has about as many rows. */
const BOUNDS = `
  SELECT DISTINCT floor(extract(epoch FROM bound) * 1000)::float8 AS bound, s.correlation > ${IN_ORDER} AS "inOrder"
    FROM pg_stats s, unnest(s.histogram_bounds::text::timestamptz[]) bound
   WHERE s.schemaname = $1 AND s.tablename = $2 AND s.attname = $3
     AND isfinite(bound) AND bound >= '0001-01-02' AND bound < '10000-01-01'
     AND ($4::timestamptz IS NULL OR bound > $4) AND ($5::timestamptz IS NULL OR bound < $5)
   ORDER BY 1`;

/**
 * The plans of a file, in order: none when it is small, one when nothing is known of its times. Where they are cut follows from what
 * PostgreSQL knew at the snapshot.
 */
export async function plansOf(reader: SnapshotReader, shared: () => Promise<PlanShared>, file: ReadableFile): Promise<readonly ReadPlan[]> {
  const { ranges, place, sql } = file;
  const { rows, bytes } = await reader.planned(file);
  if (bytes < SMALL_BYTES) return [];
  const plan = async (part: CopyStatements, inOrder: boolean): Promise<ReadPlan> => {
    const data: PlanData = { sql: { copy: part.copy, binary: part.binary }, place, inOrder };
    return { module: MODULE, shared: await shared(), data };
  };
  if (!ranges) return [await plan(sql, false)];
  const { window, table, time } = ranges;
  const bounds = await reader.query<{ bound: number; inOrder: boolean }>(BOUNDS, [table.schema, table.table, time, window.from, window.to], place);
  const cuts = chosenCuts(
    bounds.map(({ bound }) => bound),
    Math.min(Math.floor(bytes / RANGE_BYTES), rows),
  );
  const edges = [null, ...cuts, null];
  return Promise.all(edges.slice(0, -1).map((from, at) => plan(ranges.within(from, edges[at + 1] ?? null), bounds[0]?.inOrder ?? false)));
}

/** At most `wanted` - 1 instants, evenly spread over stretches of as many rows each; inside a stretch, evenly over its time. */
function chosenCuts(bounds: readonly number[], wanted: number): string[] {
  const stretches = bounds.length - 1;
  if (stretches < 1) return bounds.slice(0, Math.max(0, wanted - 1)).map(instantOf);
  const cuts = Array.from({ length: Math.max(0, wanted - 1) }, (_, index) => {
    const place = ((index + 1) * stretches) / wanted;
    const [start, end] = [bounds[Math.floor(place)] as number, bounds[Math.ceil(place)] as number];
    return Math.floor(start + (end - start) * (place % 1));
  });
  return [...new Set(cuts)].map(instantOf);
}

function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
