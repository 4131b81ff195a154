import { Temporal } from 'temporal-polyfill';

/** A stretch of time in whole days of a zone; both days belong to it. */
export interface DateInterval {
  readonly from: string;
  readonly to: string;
}

/**
 * The instant in UTC at which a day (YYYY-MM-DD) begins in the zone: its first moment where a clock change skips midnight.
 * '' when there is no such date or the browser does not know the zone.
 */
export function startOfDay(date: string, zone: string): string {
  return beginning(date, zone, 0);
}

/** The instant at which the day after begins: the half-open end of a stretch whose last day is `date`. '' as for startOfDay. */
export function endOfDay(date: string, zone: string): string {
  return beginning(date, zone, 1);
}

function beginning(date: string, zone: string, daysLater: number): string {
  try {
    return Temporal.PlainDate.from(date).add({ days: daysLater }).toZonedDateTime(zone).toInstant().toString();
  } catch {
    return '';
  }
}

/** The days that make up [from, to) in the zone, when it begins and ends where days begin; else undefined. */
export function wholeDays(from: string, to: string, zone: string): DateInterval | undefined {
  try {
    const first = Temporal.Instant.from(from).toZonedDateTimeISO(zone);
    const after = Temporal.Instant.from(to).toZonedDateTimeISO(zone);
    if (!beginsDay(first) || !beginsDay(after)) return undefined;
    return { from: first.toPlainDate().toString(), to: after.subtract({ nanoseconds: 1 }).toPlainDate().toString() };
  } catch {
    return undefined;
  }
}

function beginsDay(moment: Temporal.ZonedDateTime): boolean {
  return moment.equals(moment.startOfDay());
}
