/** The source's own clock at the snapshot. No clock of UDM's is compared with what the source wrote. */

import type pg from 'pg';
import type { Arrivals } from '../source.ts';

interface SourceClock {
  readonly now: string;
  /** `now` less the settle lag, never before `after`; null without `arrival`. */
  readonly arrivalTo: string | null;
}

/**
 * now() is when the transaction began, hence not after its snapshot: whatever was committed by then is seen. A clock
 * read after the snapshot would be ahead of it, and a row stored in between would be passed over for good.
 */
const CLOCK = `
  SELECT to_char(c.now AT TIME ZONE 'UTC', c.form) AS now, to_char(c.arrival_to AT TIME ZONE 'UTC', c.form) AS "arrivalTo"
    FROM (SELECT now() AS now, greatest(now() - make_interval(secs => $1::double precision), $2::timestamptz) AS arrival_to,
                 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' AS form) c`;

/** Reads the clock inside the session's transaction; ISO 8601 with microseconds and Z. */
export async function readClock(client: pg.Client, arrival: Arrivals | null): Promise<SourceClock> {
  const { rows } = await client.query<SourceClock>(CLOCK, [arrival?.settleSeconds ?? 0, arrival?.after ?? null]);
  const [clock] = rows;
  if (!clock) throw new Error('the source told no time');
  return arrival ? clock : { now: clock.now, arrivalTo: null };
}
