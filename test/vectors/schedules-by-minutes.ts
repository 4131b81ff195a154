/**
 * When schedules run, worked out without a rule of arithmetic: look at the clock on the wall in every minute, and read the answer
 * off. It shares nothing with src/domain/schedule.ts but the type: the clock is Intl.DateTimeFormat, the rules are questions
 * about one local minute ("is this Monday, 02:30?"). Far too slow for anything but making vectors and checking.
 *
 * Everything here counts whole minutes: `at` since 1970 UTC, `local` since 1970-01-01T00:00 on the local calendar.
 */
import type { Occurrence, Schedule } from '../../src/domain/schedule.ts';

const MINUTES_OF_DAY = 1_440;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of the zone show. Wrong by less than a minute where an offset has seconds (before 1972). */
export function localMinute(timeZone: string, at: number): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    const two = '2-digit';
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: two, day: two, hour: two, minute: two, hourCycle: 'h23' });
    clocks.set(timeZone, clock);
  }
  return minuteOf(clock.format(at * 60_000).replace(' ', 'T'));
}

/** @param text 'YYYY-MM-DDTHH:MM' */
export function minuteOf(text: string): number {
  const [year, month, day, hour, minute] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10), text.slice(11, 13), text.slice(14, 16)].map(Number);
  return Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute) / 60_000;
}

/** 'YYYY-MM-DDTHH:MM' */
export function textOf(minute: number): string {
  return new Date(minute * 60_000).toISOString().slice(0, 16);
}

/** The minutes in [from, to) at which the clocks change. Looks once a day: two changes in one day that cancel each other are not seen. */
export function changesBetween(timeZone: string, from: number, to: number): number[] {
  const offset = (at: number) => localMinute(timeZone, at) - at;
  const changes: number[] = [];
  for (let day = from; day < to; day += MINUTES_OF_DAY) {
    let [before, after] = [day, Math.min(day + MINUTES_OF_DAY, to)];
    if (offset(before) === offset(after)) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offset(middle) === offset(before)) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
}

/** The clocks of a zone in every minute of [from, to). Both ends must be some hours away from a change. */
export class WatchedClock {
  readonly from: number;
  /** What the clock shows in minute `from + index`. */
  readonly shown: readonly number[];
  readonly #minutes: readonly LocalMinute[];

  constructor(timeZone: string, from: number, to: number) {
    this.from = from;
    this.shown = Array.from({ length: to - from }, (_, index) => localMinute(timeZone, from + index));
    this.#minutes = everyLocalMinute(this.shown);
  }

  /** The occurrences that lie in the watched minutes, in order. */
  occurrences(schedule: Schedule): Occurrence[] {
    const found = new Map<number, Occurrence['moved']>();
    const fits = questionOf(schedule);
    const bothPasses = schedule.kind === 'hourly' && schedule.every === 1;
    for (const minute of this.#minutes) {
      if (!fits(minute)) continue;
      const [first, ...others] = minute.shownAt;
      if (first === undefined) {
        const jump = this.shown.findIndex((shown, index) => shown > minute.local && (this.shown[index - 1] ?? Infinity) < minute.local);
        if (!found.has(jump)) found.set(jump, 'gap');
        continue;
      }
      found.set(first, others.length > 0 ? 'overlap-first' : 'none');
      if (bothPasses) for (const other of others) found.set(other, 'overlap-second');
    }
    return [...found]
      .sort(([one], [other]) => one - other)
      .map(([index, moved]) => ({ instant: (this.from + index) * 60_000, local: textOf(this.shown[index] ?? NaN), moved }));
  }
}

/** A minute of the local calendar, and in which of the watched minutes the clock shows it: none in a gap, two in an overlap. */
interface LocalMinute {
  readonly local: number;
  readonly text: string;
  readonly time: string;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
  readonly day: number;
  readonly isLastDay: boolean;
  readonly shownAt: readonly number[];
}

function everyLocalMinute(shown: readonly number[]): LocalMinute[] {
  const places = new Map<number, number[]>();
  for (const [index, local] of shown.entries()) places.set(local, [...(places.get(local) ?? []), index]);
  const first = Math.min(shown[0] ?? 0, shown.at(-1) ?? 0);
  let last = first;
  for (const local of shown) last = Math.max(last, local);
  return Array.from({ length: last - first + 1 }, (_, index) => describe(first + index, places.get(first + index) ?? []));
}

function describe(local: number, shownAt: readonly number[]): LocalMinute {
  const date = new Date(local * 60_000);
  const tomorrow = new Date((local + MINUTES_OF_DAY) * 60_000);
  const text = textOf(local);
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(date.toUTCString().slice(0, 3)) + 1;
  const [hour, minute, day] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCDate()];
  return { local, text, time: text.slice(11), hour, minute, weekday, day, isLastDay: tomorrow.getUTCMonth() !== date.getUTCMonth(), shownAt };
}

/** Whether a local time ('YYYY-MM-DDTHH:MM') is one that the schedule names. */
export function isNamed(schedule: Schedule, local: string): boolean {
  return questionOf(schedule)(describe(minuteOf(local), []));
}

function questionOf(schedule: Schedule): (minute: LocalMinute) => boolean {
  switch (schedule.kind) {
    case 'once':
      return (one) => one.text === schedule.at;
    case 'hourly':
      return (one) => one.minute === schedule.minute && one.hour % schedule.every === 0;
    case 'daily':
      return (one) => one.time === schedule.time;
    case 'weekly':
      return (one) => one.time === schedule.time && schedule.weekdays.some((weekday) => weekday === one.weekday);
    case 'monthly':
      return (one) => one.time === schedule.time && (schedule.day === 'last' ? one.isLastDay : one.day === schedule.day);
  }
}
