import { Temporal } from 'temporal-polyfill';
import type { Stretch } from './pieces.ts';

export const ZOOMS = ['day', 'week', 'month'] as const;
export type Zoom = (typeof ZOOMS)[number];

export interface Cell extends Stretch {
  /** The first day of it, YYYY-MM-DD. */
  readonly date: string;
}

/** How many cells stand side by side, and how many of them lie ahead of today when nobody chose otherwise. */
const COUNTS: Readonly<Record<Zoom, { readonly wide: number; readonly narrow: number; readonly ahead: number }>> = {
  day: { wide: 42, narrow: 14, ahead: 3 },
  week: { wide: 39, narrow: 13, ahead: 2 },
  month: { wide: 24, narrow: 12, ahead: 1 },
};

/** The cells that end with the one that `end` (YYYY-MM-DD) lies in, on the calendar of the zone. */
export function cellsOf(zoom: Zoom, end: string, zone: string, isNarrow: boolean): Cell[] {
  const count = COUNTS[zoom][isNarrow ? 'narrow' : 'wide'];
  const last = firstOf(zoom, Temporal.PlainDate.from(end));
  return Array.from({ length: count }, (_, index) => {
    const date = last.subtract(units(zoom, count - 1 - index));
    return { date: date.toString(), from: instantOf(date, zone), to: instantOf(date.add(units(zoom, 1)), zone) };
  });
}

/** The last cell when nobody chose another: a little ahead of today. */
export function usualEnd(zoom: Zoom, now: number, zone: string): string {
  return dateAt(now, zone).add(units(zoom, COUNTS[zoom].ahead)).toString();
}

/** The end after going on by most of what is shown, back or forth. */
export function movedEnd(zoom: Zoom, end: string, cells: number, direction: 1 | -1): string {
  return Temporal.PlainDate.from(end)
    .add(units(zoom, direction * Math.max(1, Math.floor(cells * 0.75))))
    .toString();
}

/** An end with which a moment stands in the middle. */
export function endAround(zoom: Zoom, moment: number, cells: number, zone: string): string {
  return dateAt(moment, zone)
    .add(units(zoom, Math.floor(cells / 2)))
    .toString();
}

/** Whether it is a date that can be shown. */
export function isDate(text: string | undefined): text is string {
  try {
    return text !== undefined && /^[12]\d{3}-\d{2}-\d{2}$/.test(text) && Temporal.PlainDate.from(text).year > 1_900;
  } catch {
    return false;
  }
}

function firstOf(zoom: Zoom, date: Temporal.PlainDate): Temporal.PlainDate {
  if (zoom === 'month') return date.with({ day: 1 });
  return zoom === 'week' ? date.subtract({ days: date.dayOfWeek - 1 }) : date;
}

function units(zoom: Zoom, count: number): Temporal.DurationLike {
  return zoom === 'month' ? { months: count } : zoom === 'week' ? { weeks: count } : { days: count };
}

function dateAt(moment: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone).toPlainDate();
}

function instantOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds;
}
