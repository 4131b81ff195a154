/** Cuts a file into ranges of time that several connections can read at once, all in the snapshot of the first. */

import type { ReadPlan, SourceWindow } from '../source.ts';
import type { PlanData } from './read-plan.ts';
import type { ReadableFile } from './readable-files.ts';
import type { PostgresSettings } from './settings.ts';
import type { SnapshotReader } from './snapshot-reader.ts';

/** About so many bytes of rows in one range: enough that a connection is worth its 10 ms, little enough to wait for in memory once packed. */
const RANGE_BYTES = 16 * 2 ** 20;
const MOST_RANGES = 64;
const MODULE = new URL('./read-plan.ts', import.meta.url).href;

/** What ANALYZE knows of the times: every stretch between two of them has about as many rows. */
const BOUNDS = `
  SELECT to_char(bound AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS bound
    FROM pg_stats s, unnest(s.histogram_bounds::text::timestamptz[]) bound
   WHERE s.schemaname = $1 AND s.tablename = $2 AND s.attname = $3
     AND isfinite(bound) AND bound >= '0001-01-02' AND bound < '10000-01-01'
   ORDER BY 1`;

/** The plans of a file, in order; none when it is small, or nothing is known of its times. */
export async function plansOf(reader: SnapshotReader, settings: PostgresSettings, file: ReadableFile): Promise<readonly ReadPlan[]> {
  const { ranges, place } = file;
  if (!ranges) return [];
  const { rows, bytes } = await reader.planned(file);
  const wanted = Math.min(MOST_RANGES, Math.floor(bytes / RANGE_BYTES), rows);
  if (wanted < 2) return [];
  const bounds = await reader.query<{ bound: string }>(BOUNDS, [ranges.table.schema, ranges.table.table, ranges.time], place);
  const cuts = chosenCuts(
    bounds.map(({ bound }) => bound),
    ranges.window,
    wanted,
  );
  if (cuts.length === 0) return [];
  const [exported] = await reader.query<{ id: string }>('SELECT pg_export_snapshot() AS id', [], place);
  if (!exported) return [];
  const edges = [null, ...cuts, null];
  return edges.slice(0, -1).map((from, at) => {
    const data: PlanData = { settings, snapshot: exported.id, sql: ranges.within(from, edges[at + 1] ?? null), place };
    return { module: MODULE, data };
  });
}

/** At most `wanted` - 1 of the bounds that lie inside the window, evenly spread and each once. */
function chosenCuts(bounds: readonly string[], window: SourceWindow, wanted: number): string[] {
  const { from, to } = window;
  const inside = bounds.filter((bound) => (from === null || Date.parse(bound) > Date.parse(from)) && (to === null || Date.parse(bound) < Date.parse(to)));
  const distinct = [...new Set(inside)];
  const count = Math.min(wanted - 1, distinct.length);
  return Array.from({ length: count }, (_, at) => distinct[Math.floor(((at + 1) * distinct.length) / (count + 1))] as string);
}
