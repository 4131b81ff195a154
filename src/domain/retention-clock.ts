/**
 * Whether the database's clock may decide that files are deleted. It is compared with the clock of this machine that nobody sets: the time
 * since it started, sleep included. All instants and spans are milliseconds. docs/decisions/0026.
 */

/** Both clocks at one moment. */
export interface ClockReading {
  readonly database: number;
  /** Since the machine started. */
  readonly boot: number;
}

/** What is known of one start of the machine. */
export interface ClockStanding {
  /** Where both clocks were when they were first compared. */
  readonly anchor: ClockReading;
  readonly last: ClockReading;
  /** At `last`: the time of which it is sure that it has come. It never goes back and follows no leap. */
  readonly floor: number;
}

/** What was seen by any machine, at any start. */
export interface SeenBefore {
  readonly last: number;
  readonly floor: number;
}

export interface ClockHalt {
  /** leap: it left the boot-time clock by more than an hour; went_back: it is behind what it showed before UDM was stopped. */
  readonly cause: 'leap' | 'went_back';
  /** What it should show, or showed when it was last seen. */
  readonly expected: number;
  readonly found: number;
}

export interface ClockKnown {
  /** Of this start of the machine; null: it is new. */
  readonly standing: ClockStanding | null;
  readonly seen: SeenBefore | null;
  readonly isHalted: boolean;
}

/** Clocks that differ by less are set right in passing. */
export const MOST_LEAP_MS = 3_600_000;
/** So much the database's clock may be behind over a stop: servers that replace each other differ by less. */
const BACK_TOLERANCE_MS = 1_000;
/**
 * Deletion begins so long after expiry: an artifact made while the clock was an hour behind and deleted while it is an hour ahead is not
 * deleted early.
 */
const DELETION_MARGIN_MS = 2 * MOST_LEAP_MS;

/** Looks at the clocks once more. `isStart`: UDM was stopped before. A new halt is told once; while one holds no other is. */
export function watchClock({ standing, seen, isHalted }: ClockKnown, now: ClockReading, isStart: boolean): { standing: ClockStanding; halt: ClockHalt | null } {
  // A boot-time clock that went back is another start of the machine, whatever it is called.
  const known = standing !== null && now.boot >= standing.last.boot ? standing : null;
  const halt = isHalted ? null : ((isStart ? wentBack(seen, now) : null) ?? (known ? leap(known, now) : null));
  const sure = known ? floorAt(known, now.boot) : (seen?.floor ?? now.database);
  const floor = isHalted || halt ? sure : Math.max(sure, now.database);
  return { standing: { anchor: known?.anchor ?? now, last: now, floor }, halt };
}

/** The time of which it is sure that it has come. */
export function floorAt(standing: ClockStanding, boot: number): number {
  return standing.floor + Math.max(0, boot - standing.last.boot);
}

/** Whether an instant has come: by the database's now, or surely by the floor, if there is one. */
export function hasCome(instant: number, now: number, floor: number | null): boolean {
  return instant <= now || (floor !== null && instant <= floor);
}

/**
 * From when on an artifact of now is kept, when that is not the database's now (then null): its clock is so far behind that it must be wrong,
 * and the artifact would be deleted early once it is right again.
 */
export function keptFrom(now: number, floor: number | null): number | null {
  return floor !== null && floor - now > MOST_LEAP_MS ? floor : null;
}

/** Artifacts that expired at this instant or before are deleted now; null: none, for the clock cannot be trusted. */
export function deleteExpiredUpTo(now: number, isHalted: boolean): number | null {
  return isHalted ? null : now - DELETION_MARGIN_MS;
}

function wentBack(seen: SeenBefore | null, now: ClockReading): ClockHalt | null {
  if (seen === null || now.database >= seen.last - BACK_TOLERANCE_MS) return null;
  return { cause: 'went_back', expected: seen.last, found: now.database };
}

function leap({ anchor }: ClockStanding, now: ClockReading): ClockHalt | null {
  const expected = anchor.database + (now.boot - anchor.boot);
  return Math.abs(now.database - expected) > MOST_LEAP_MS ? { cause: 'leap', expected, found: now.database } : null;
}
