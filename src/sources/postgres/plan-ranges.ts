/** Cuts a file into ranges of time that several connections can read at once, all in the snapshot of the first. */

import type { ReadPlan } from '../source.ts';
import type { Cuts } from './range-cuts.ts';
import type { PlanData, PlanShared } from './read-plan.ts';
import type { ReadableFile } from './readable-files.ts';
import type { SnapshotReader } from './snapshot-reader.ts';

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
 * The plan of a file: null when it is small or its rows come from elsewhere, one range when nothing is known of its times. Where they are cut follows from what PostgreSQL
 * knew at the snapshot.
 */
export async function planOf(reader: SnapshotReader, shared: () => Promise<PlanShared>, file: ReadableFile, number: number): Promise<ReadPlan | null> {
  const { ranges, place, sql, isElsewhere } = file;
  if (isElsewhere) return null;
  const { rows, bytes } = await reader.planned(file);
  if (bytes < SMALL_BYTES) return null;
  const plan = async (data: PlanData, count: number): Promise<ReadPlan> => ({ module: MODULE, shared: await shared(), data, ranges: count });
  if (!ranges) return plan({ file: number, sql: { copy: sql.copy, binary: sql.binary }, place, ranges: null }, 1);
  const { window, table, time } = ranges;
  const found = await reader.query<{ bound: number; inOrder: boolean }>(BOUNDS, [table.schema, table.table, time, window.from, window.to], place);
  const bounds = found.map(({ bound }) => bound);
  const wanted = Math.max(1, Math.min(Math.floor(bytes / RANGE_BYTES), rows));
  // With one bound there is one place to cut at.
  const cuts: Cuts = { bounds, ranges: bounds.length < 2 ? Math.min(wanted, bounds.length + 1) : wanted };
  return plan({ file: number, sql: ranges.sql, place, ranges: { time, inOrder: found[0]?.inOrder ?? false, cuts } }, cuts.ranges);
}
