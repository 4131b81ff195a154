import { Temporal } from 'temporal-polyfill';
import type { DateRange, RangeUnit } from './date-range.ts';
import { type JobRun, type RepeatingRun, repeats } from './job-run.ts';
import type { Window } from './window.ts';

/** All words of this file. A second language is a second table of this type; what comes in are numbers, names and parts made here. */
export const ENGLISH = {
  months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  list: (items: readonly string[]) => [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' and '),
  day: (day: number, month: string, year: number) => `${day} ${month} ${year}`,
  month: (month: string, year: number) => `${month} ${year}`,
  moment: (day: string, time: string) => `${day} at ${time}`,
  stamp: (day: string, time: string) => `${day}, ${time}`,
  timeOfOffset: (time: string, offset: string) => `${time} UTC${offset}`,
  stretch: (from: string, to: string) => `${from} to ${to}`,
  stretchUntil: (to: string) => `everything before ${to}`,
  stretchFrom: (from: string) => `everything from ${from} on`,
  allTime: 'everything',
  onceImmediately: 'Once, immediately',
  onceOn: (moment: string) => `Once, on ${moment}`,
  everyHour: (minute: number) => (minute === 0 ? 'Every hour on the hour' : `Every hour at minute ${minute}`),
  everyHoursAt: (hours: number, times: string) => `Every ${hours} hours: at ${times}`,
  everyHoursBetween: (hours: number, first: string, last: string) => `Every ${hours} hours from ${first} to ${last}`,
  everyDay: (time: string) => `Every day at ${time}`,
  everyWeekday: (time: string) => `Every weekday (Monday to Friday) at ${time}`,
  everyWeekOn: (weekdays: string, time: string) => `Every ${weekdays} at ${time}`,
  everyMonthOn: (day: number, time: string) => `Every month on day ${day} at ${time}`,
  everyMonthOnLastDay: (time: string) => `Every month on the last day at ${time}`,
  inZone: (sentence: string, timeZone: string) => `${sentence} (${timeZone})`,
  from: (sentence: string, moment: string) => `${sentence}, from ${moment}`,
  until: (sentence: string, moment: string) => `${sentence}, until ${moment}`,
  skipsMonths: (sentence: string) => `${sentence}; months without that day are skipped`,
  allData: 'all data up to the run',
  sincePreviousFromStart: "what is new since the previous run, beginning with the job's start",
  sincePreviousFromAll: 'what is new since the previous run, beginning with all available data',
  sincePreviousFrom: (stamp: string) => `what is new since the previous run, beginning with ${stamp}`,
  last: (count: number, unit: RangeUnit, calendar: boolean) => {
    const units = `${calendar ? 'whole ' : ''}${unit}`;
    return count === 1 ? `the last ${units}` : `the last ${count.toLocaleString('en')} ${units}s`;
  },
};

export type ScheduleWords = typeof ENGLISH;

/** Longer lists of times are given as their first and last, if they go evenly through the day. */
const MOST_TIMES = 6;
/** Every month has a day 28. */
const LAST_DAY_OF_ALL_MONTHS = 28;

/**
 * When a job runs, as a person would write it (product.md section 2): "Every Monday and Friday at 06:00 (Europe/Berlin)".
 * The start is named only while it lies after `now`.
 *
 * @param now epoch milliseconds
 * @throws RangeError if the zone or a moment of the run is not valid
 */
export function scheduleSentence(run: JobRun, timeZone: string, now: number, words: ScheduleWords = ENGLISH): string {
  if (!repeats(run)) return 'at' in run ? words.inZone(words.onceOn(momentText(run.at, timeZone, words)), timeZone) : words.onceImmediately;
  let sentence = words.inZone(ruleSentence(run, words), timeZone);
  const startsLater = Temporal.Instant.compare(run.start, Temporal.Instant.fromEpochMilliseconds(now)) > 0;
  if (startsLater) sentence = words.from(sentence, momentText(run.start, timeZone, words));
  if (run.end !== null) sentence = words.until(sentence, momentText(run.end, timeZone, words));
  const skips = run.kind === 'monthly' && run.day !== 'last' && run.day > LAST_DAY_OF_ALL_MONTHS;
  return skips ? words.skipsMonths(sentence) : sentence;
}

/** The date range of data as part of a sentence: "the last 30 days". `timeZone` is that of the job. */
export function rangeSentence(range: DateRange, timeZone: string, words: ScheduleWords = ENGLISH): string {
  switch (range.kind) {
    case 'all':
      return words.allData;
    case 'since_previous':
      if (range.dataFrom === 'start') return words.sincePreviousFromStart;
      return range.dataFrom === 'all' ? words.sincePreviousFromAll : words.sincePreviousFrom(stampText(range.dataFrom, timeZone, words));
    case 'last':
      return words.last(range.count, range.unit, range.calendar);
    case 'fixed':
      return stretchText(range, timeZone, words);
  }
}

/** A stretch of time: "1 March 2026, 00:00 to 2 March 2026, 00:00". */
export function stretchText({ from, to }: Window, timeZone: string, words: ScheduleWords = ENGLISH): string {
  if (from === null) return to === null ? words.allTime : words.stretchUntil(stampText(to, timeZone, words));
  if (to === null) return words.stretchFrom(stampText(from, timeZone, words));
  return words.stretch(stampText(from, timeZone, words), stampText(to, timeZone, words));
}

/** A day of the calendar: "1 March 2026". */
export function dayText(date: Temporal.PlainDate, words: ScheduleWords = ENGLISH): string {
  return words.day(date.day, words.months[date.month - 1] ?? '', date.year);
}

/** A month of the calendar: "March 2026". */
export function monthText(month: Temporal.PlainYearMonth, words: ScheduleWords = ENGLISH): string {
  return words.month(words.months[month.month - 1] ?? '', month.year);
}

/** An instant on the clocks of a zone: "1 March 2026 at 00:00". */
export function momentText(instant: string, timeZone: string, words: ScheduleWords = ENGLISH): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  return words.moment(dayText(local.toPlainDate(), words), timeText(local, words));
}

/** The same where it stands beside another: "1 March 2026, 00:00". */
function stampText(instant: string, timeZone: string, words: ScheduleWords): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  return words.stamp(dayText(local.toPlainDate(), words), timeText(local, words));
}

/** As much of the time as there is, at least hours and minutes; a time that comes twice on its day says which it is. */
function timeText(local: Temporal.ZonedDateTime, words: ScheduleWords): string {
  const time = local.toPlainTime().toString().replace(/:00$/, '');
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    local.toPlainDateTime().toZonedDateTime(local.timeZoneId, { disambiguation }),
  );
  return first && second && !first.equals(second) ? words.timeOfOffset(time, local.offset) : time;
}

function ruleSentence(run: RepeatingRun, words: ScheduleWords): string {
  switch (run.kind) {
    case 'hourly':
      return hourlySentence(run.every, run.minute, words);
    case 'daily':
      return words.everyDay(run.time);
    case 'weekly':
      return weeklySentence(run.weekdays, run.time, words);
    case 'monthly':
      return run.day === 'last' ? words.everyMonthOnLastDay(run.time) : words.everyMonthOn(run.day, run.time);
  }
}

/** The hours begin again at midnight, so "every 5 hours" alone would not be true. */
function hourlySentence(every: number, minute: number, words: ScheduleWords): string {
  if (every === 1) return words.everyHour(minute);
  const times: string[] = [];
  for (let hour = 0; hour < 24; hour += every) times.push(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const [first, last] = [times.at(0) ?? '', times.at(-1) ?? ''];
  return times.length > MOST_TIMES ? words.everyHoursBetween(every, first, last) : words.everyHoursAt(every, words.list(times));
}

function weeklySentence(weekdays: readonly number[], time: string, words: ScheduleWords): string {
  const days = [...new Set(weekdays)].toSorted((a, b) => a - b);
  if (days.length === 7) return words.everyDay(time);
  if (days.join() === '1,2,3,4,5') return words.everyWeekday(time);
  return words.everyWeekOn(words.list(days.map((day) => words.weekdays[day - 1] ?? '')), time);
}
