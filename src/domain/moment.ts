import { Temporal } from 'temporal-polyfill';
import type { ErrorCode } from '../errors.ts';
import { type ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import { type Move, nextOccurrence, type Occurrence } from './schedule.ts';
import { shown } from './text-checks.ts';

/** Earliest instant UDM names: databases read no ISO year below 1. */
export const EARLIEST = Temporal.Instant.from('0001-01-01T00:00:00Z');
/** The first instant that needs a year of five digits. */
const TOO_LATE = Temporal.Instant.from('+010000-01-01T00:00:00Z');
/** Before everything that Date holds. */
const BEGINNING = -8_640_000_000_000_000;

/** Year 0001-9999, seconds optional, Z or an offset: the same shape as the API contract (ISO 8601, RFC 3339). */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;
const TIMESTAMP_SHAPE = 'YYYY-MM-DDTHH:MM:SSZ';
const LOCAL_SHAPE = 'YYYY-MM-DDTHH:MM';

/** An instant that somebody named, and what became of it in the zone of the job. */
export interface Moment {
  /** UTC, as `utcText` writes it. */
  readonly at: string;
  /** What the local clocks show then, 'YYYY-MM-DDTHH:MM': after a gap not the time that was sent. */
  readonly local: string;
  /** What a change of the clocks did to the local time that was sent; nothing happens to an instant. */
  readonly moved: Exclude<Move, 'overlap-second'>;
}

/** How a moment is read. */
export interface MomentRules {
  /** Zone of local times, canonical; null while it is not known: then only their shape is looked at. */
  readonly timeZone: string | null;
  /** What to say of a date or time that does not exist. */
  readonly invalid: ErrorCode;
  /** Words that may stand in its place; their meaning is the caller's. */
  readonly or?: readonly string[];
}

/**
 * The instant in UTC with as many decimals as it has, at most microseconds, as databases keep them. Finer ones are rounded up, never
 * down: among rows with microseconds, "before t" and "from t on" select the same rows as before only with the ceiling.
 */
export function utcText(instant: Temporal.Instant): string {
  return instant.round({ smallestUnit: 'microsecond', roundingMode: 'ceil' }).toString();
}

/** The instant on the clocks of a zone. */
export function momentAt(instant: Temporal.Instant, timeZone: string): Moment {
  const local = instant.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
  return { at: utcText(instant), local, moved: 'none' };
}

/**
 * Reads a moment of a job: an instant with offset, or `{"local": "YYYY-MM-DDTHH:MM"}` on the clocks of its zone. A local time that
 * a clock change skips becomes the first valid instant, the change itself; one that comes twice the first (case 17).
 * Adds what is wrong to `problems` (cases 19, 21); null if there is no such moment, or if the zone of a local time is not known.
 */
export function parseMoment(sent: unknown, field: string, rules: MomentRules, problems: ProblemList): Moment | null {
  const properties = propertiesOf(sent);
  if (properties) return parseLocal(properties, field, rules, problems);
  const instant = parseTimestamp(sent, field, problems, rules.invalid, [...(rules.or ?? []), TIMESTAMP_SHAPE, `{"local":"${LOCAL_SHAPE}"}`]);
  return instant && momentAt(instant, rules.timeZone ?? 'UTC');
}

/** What an error repeats of a moment: the text of the instant or of the local time. */
export function shownMoment(sent: unknown): unknown {
  return shown(propertiesOf(sent)?.get('local') ?? sent);
}

/**
 * Reads a timestamp with Z or an offset, rounded up to microseconds, so that what is compared is what is stored. Adds
 * `field.required`, `field.type`, `timestamp.offset_required` or `invalid` to `problems` and gives null.
 */
export function parseTimestamp(
  sent: unknown,
  field: string,
  problems: ProblemList,
  invalid: ErrorCode = 'timestamp.invalid',
  range: unknown = TIMESTAMP_SHAPE,
): Temporal.Instant | null {
  if (sent === undefined || sent === null) {
    problems.add('field.required', field, undefined, range);
    return null;
  }
  const text = typeof sent === 'string' ? TIMESTAMP.exec(sent) : null;
  // Read a text without offset as UTC first: "2026-02-30T00:00" is no date, with or without an offset.
  const instant = text && instantOf(text[4] ? text[0] : `${text[0]}Z`);
  if (instant && text?.[4]) return instant;
  if (typeof sent !== 'string') problems.add('field.type', field, sent, 'string');
  else problems.add(instant ? 'timestamp.offset_required' : invalid, field, sent, range);
  return null;
}

function parseLocal(properties: Properties, field: string, { timeZone, invalid }: MomentRules, problems: ProblemList): Moment | null {
  refuseOtherProperties(properties, `${field}.`, ['local'], [], problems);
  const local = properties.get('local');
  if (local === undefined || local === null) problems.add('field.required', `${field}.local`, undefined, LOCAL_SHAPE);
  else if (typeof local !== 'string') problems.add('field.type', `${field}.local`, local, 'string');
  else {
    const moment = momentOfLocal(local, timeZone ?? 'UTC');
    if (!moment) problems.add(invalid, field, local, LOCAL_SHAPE);
    return timeZone === null ? null : moment;
  }
  return null;
}

function momentOfLocal(local: string, timeZone: string): Moment | null {
  const found = occurrenceAt(local, timeZone);
  const instant = found && Temporal.Instant.fromEpochMilliseconds(found.instant);
  if (!instant || !isNamed(instant)) return null;
  // A job that runs once never runs at the second pass.
  return { at: utcText(instant), local: found.local, moved: found.moved as Moment['moved'] };
}

function occurrenceAt(local: string, timeZone: string): Occurrence | null {
  try {
    return nextOccurrence({ kind: 'once', at: local, timeZone }, BEGINNING);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function instantOf(text: string): Temporal.Instant | null {
  try {
    const instant = Temporal.Instant.from(utcText(Temporal.Instant.from(text)));
    return isNamed(instant) ? instant : null;
  } catch {
    return null;
  }
}

/** Whether UDM can write the instant with a year of four digits. */
function isNamed(instant: Temporal.Instant): boolean {
  return Temporal.Instant.compare(instant, EARLIEST) >= 0 && Temporal.Instant.compare(instant, TOO_LATE) < 0;
}
