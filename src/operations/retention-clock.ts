import { type ClockHalt, type ClockReading, hasCome, keptFrom, watchClock } from '../domain/retention-clock.ts';
import { type AuditEntry, recordAct } from '../records/audit.ts';
import { inTenant, switchTenant, type Tx } from '../records/database.ts';
import { findTenants } from '../records/planner.ts';
import { databaseMilliseconds, insertHalt, lockClockWatch, readClockWatch, readFloor, writeStanding } from '../records/retention.ts';
import type { Services } from './services.ts';

/** Longer between the looks at the two clocks, and they do not belong to one moment: this process was not running in between. */
const ONE_MOMENT_MS = 10_000;

/** When somebody looked at the database's clock, and whether it may decide what is deleted. */
export interface ClockLook {
  readonly now: number;
  readonly isHalted: boolean;
}

/**
 * Looks at the database's clock beside the boot-time clock; a leap halts retention. `isStart`: the first look of this process. Gives the
 * instant at which it looked; null when it could not see both clocks at one moment, for then they say nothing.
 */
export async function watchRetentionClock(services: Services, isStart: boolean): Promise<ClockLook | null> {
  const tenants = await findTenants(services.database);
  const [anyTenant] = tenants;
  // Without a tenant there is nothing to delete.
  if (anyTenant === undefined) return null;
  return inTenant(services.database, anyTenant, async (tx) => {
    const { bootId, milliseconds: before } = services.bootClock.read();
    const known = await lockClockWatch(tx, bootId);
    const seen = await readBothClocks(services, tx, before);
    if (seen === null) return null;
    const { standing, halt } = watchClock(known, seen, isStart);
    await writeStanding(tx, bootId, standing);
    if (halt && (await insertHalt(tx, halt))) {
      services.log.error({ event: 'retention.halted', reason: halt.cause, milliseconds: halt.found - halt.expected });
      await recordInAll(tx, tenants, { actor: { kind: 'system' }, action: 'retention.halted', object: { kind: 'retention' }, detail: detailOf(halt) });
    }
    return { now: seen.database, isHalted: known.isHalted || halt !== null };
  });
}

/** What the first look of a process would give now. Nothing is written, so a halt that it would begin is left for whoever watches. */
export async function readRetentionClock(services: Services): Promise<ClockLook | null> {
  const [anyTenant] = await findTenants(services.database);
  if (anyTenant === undefined) return null;
  return inTenant(services.database, anyTenant, async (tx) => {
    const { bootId, milliseconds: before } = services.bootClock.read();
    const known = await readClockWatch(tx, bootId);
    const seen = await readBothClocks(services, tx, before);
    if (seen === null) return null;
    return { now: seen.database, isHalted: known.isHalted || watchClock(known, seen, true).halt !== null };
  });
}

/** `before`: the boot-time clock when the look began. Null when they could not be seen at one moment. */
async function readBothClocks({ bootClock }: Services, tx: Tx, before: number): Promise<ClockReading | null> {
  const database = await databaseMilliseconds(tx);
  const boot = bootClock.read().milliseconds;
  return boot - before > ONE_MOMENT_MS ? null : { database, boot };
}

/** Whether an artifact has expired: by the database's clock when it was read, or surely by the boot-time clock. */
export async function hasExpired(services: Services, tx: Tx, { expiresAt, readAt }: { readonly expiresAt: Date; readonly readAt: Date }): Promise<boolean> {
  return hasCome(expiresAt.getTime(), readAt.getTime(), await sureFloor(services, tx));
}

/** From when on an artifact of now is kept; null: from the database's now. */
export async function whenKeptFrom(services: Services, tx: Tx): Promise<Date | null> {
  const from = keptFrom(await databaseMilliseconds(tx), await sureFloor(services, tx));
  return from === null ? null : new Date(from);
}

/** The time of which it is sure that it has come; null before the first look. */
function sureFloor(services: Services, tx: Tx): Promise<number | null> {
  const { bootId, milliseconds } = services.bootClock.read();
  return readFloor(tx, bootId, milliseconds);
}

/** An act on the whole installation is on record in every tenant. */
export async function recordInAll(tx: Tx, tenants: readonly string[], entry: Omit<AuditEntry, 'tenantId'>): Promise<void> {
  for (const tenantId of tenants) {
    await switchTenant(tx, tenantId);
    await recordAct(tx, { tenantId, ...entry });
  }
}

function detailOf({ cause, expected, found }: ClockHalt): Record<string, string> {
  return { cause, expected: new Date(expected).toISOString(), found: new Date(found).toISOString() };
}
