import { sql } from 'kysely';
import type { ClockHalt, ClockKnown, ClockStanding } from '../domain/retention-clock.ts';
import type { Database, Tx } from './database.ts';

/** What retention knows of the clocks, and whether it stands still. Of the whole installation. */

export interface HaltRecord {
  readonly id: number;
  readonly cause: ClockHalt['cause'];
  readonly expectedAt: Date;
  readonly foundAt: Date;
}

/** The database's clock in milliseconds since 1970. */
export async function databaseMilliseconds(db: Database | Tx): Promise<number> {
  const { rows } = await sql<{ now: number }>`SELECT floor(extract(epoch FROM udm_now()) * 1000)::int8 AS now`.execute(db);
  return (rows[0] as { now: number }).now;
}

/** What was seen so far. Whoever else looks at the clocks at once waits. */
export async function lockClockWatch(tx: Tx, bootId: string): Promise<ClockKnown> {
  await sql`LOCK TABLE clock_watch IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
  return readClockWatch(tx, bootId);
}

/** What was seen so far, by somebody who only reads. */
export async function readClockWatch(tx: Tx, bootId: string): Promise<ClockKnown> {
  const row = await tx.selectFrom('clock_watch').where('boot_id', '=', bootId).selectAll().executeTakeFirst();
  const seen = await tx
    .selectFrom('clock_watch')
    .select([sql<number | null>`max(last_database)`.as('last'), sql<number | null>`max(floor)`.as('floor')])
    .executeTakeFirstOrThrow();
  return {
    standing: row
      ? {
          anchor: { database: row.anchor_database, boot: row.anchor_boot },
          last: { database: row.last_database, boot: row.last_boot },
          floor: row.floor,
        }
      : null,
    seen: seen.last === null || seen.floor === null ? null : { last: seen.last, floor: seen.floor },
    isHalted: (await readHalt(tx)) !== null,
  };
}

export async function writeStanding(tx: Tx, bootId: string, { anchor, last, floor }: ClockStanding): Promise<void> {
  const values = { anchor_database: anchor.database, anchor_boot: anchor.boot, last_database: last.database, last_boot: last.boot, floor };
  await tx
    .insertInto('clock_watch')
    .values({ boot_id: bootId, ...values })
    .onConflict((conflict) => conflict.column('boot_id').doUpdateSet(values))
    .execute();
}

/** The time of which it is sure that it has come; null when nobody looked at the clocks yet. */
export async function readFloor(tx: Tx, bootId: string, boot: number): Promise<number | null> {
  const { rows } = await sql<{ floor: number | null }>`
    SELECT coalesce((SELECT floor + greatest(${boot}::int8 - last_boot, 0) FROM clock_watch WHERE boot_id = ${bootId}), (SELECT max(floor) FROM clock_watch)) AS floor`.execute(
    tx,
  );
  return rows[0]?.floor ?? null;
}

/** Why retention stands still; null while it does not. */
export async function readHalt(db: Database | Tx): Promise<HaltRecord | null> {
  const found = await db
    .selectFrom('retention_halt')
    .where('agreed_at', 'is', null)
    .select(['id', 'cause', 'expected_at as expectedAt', 'found_at as foundAt'])
    .executeTakeFirst();
  return found ?? null;
}

/** Whether this was the call that halted it. */
export async function insertHalt(tx: Tx, { cause, expected, found }: ClockHalt): Promise<boolean> {
  const inserted = await tx
    .insertInto('retention_halt')
    .values({ cause, expected_at: new Date(expected), found_at: new Date(found), agreed_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** From now on the clock is trusted as it is, and all that was seen of it forgotten. Whether there was a halt to end. */
export async function endHalt(tx: Tx, id: number): Promise<boolean> {
  await sql`LOCK TABLE clock_watch IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
  const ended = await tx
    .updateTable('retention_halt')
    .set({ agreed_at: sql<Date>`udm_now()` })
    .where('id', '=', id)
    .where('agreed_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!ended) return false;
  await tx.deleteFrom('clock_watch').execute();
  return true;
}

/** Files of expired artifacts of the tenant that are in storage still. */
export async function countFilesWaiting(tx: Tx, tenantId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('object_gone_at', 'is', null)
    .where(sql<boolean>`expires_at <= (SELECT udm_now())`)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export interface FileToDelete {
  readonly tenantId: string;
  readonly artifactId: string;
}

/** Files to delete from storage now, of all tenants: of deleted artifacts, and of those that expired at the instant (null: none) or before. */
export async function findFilesToDelete(database: Database, expiredUpTo: Date | null, most: number): Promise<FileToDelete[]> {
  const { rows } = await sql<FileToDelete>`
    SELECT tenant_id AS "tenantId", artifact_id AS "artifactId" FROM udm_find_files_to_delete(${expiredUpTo}::timestamptz, ${most}::int)`.execute(database);
  return rows;
}

/** Whether this was the call that noted that the file is gone. */
export async function markFileGone(tx: Tx, { tenantId, artifactId }: FileToDelete): Promise<boolean> {
  const marked = await tx
    .updateTable('artifact')
    .set({ object_gone_at: sql<Date>`udm_now()`, deletion_next_at: null, deletion_error: null, damage: null, damaged_at: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', artifactId)
    .where('object_gone_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return marked !== undefined;
}

/** Notes that deleting the file failed once more. */
export async function noteDeletionFailure(tx: Tx, { tenantId, artifactId }: FileToDelete, error: string, waitSeconds: number): Promise<void> {
  await tx
    .updateTable('artifact')
    .set({
      deletion_tries: sql<number>`deletion_tries + 1`,
      deletion_next_at: sql<Date>`udm_now() + make_interval(secs => ${waitSeconds})`,
      deletion_error: error,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', artifactId)
    .where('object_gone_at', 'is', null)
    .execute();
}
