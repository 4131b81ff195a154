import { Temporal } from 'temporal-polyfill';
import type { DateRange } from './date-range.ts';
import { type PlannedRun, simulateYear } from './job-preview.ts';
import { type JobRun, nextRunOf, occurrencesOf, type RepeatingRun, repeats, scheduleOf } from './job-run.ts';
import type { Moment } from './moment.ts';
import { type Move, skippedMonths } from './schedule.ts';
import { dayText, ENGLISH, monthText, stretchText } from './schedule-sentence.ts';

/** All words of this file, beside those of the sentences. A second language is a second table of this type. */
export const ENGLISH_NOTES = {
  ...ENGLISH,
  neverRuns: 'This job never runs: it ends before its first run. Choose a later end.',
  monthsSkipped: (months: readonly string[], day: number) =>
    `This job does not run in ${ENGLISH.list(months)}, which ${months.length === 1 ? 'has' : 'have'} no day ${day}.`,
  skippedTime: (moments: string) => `The clocks skip a time of this job: it runs on ${moments} instead.`,
  firstOfTwo: (days: string) => `A time of this job comes twice on ${days}: it runs at the first.`,
  bothOfTwo: (days: string) => `The clocks show an hour twice on ${days}: the job runs in both.`,
  startSkipped: (moment: string) => `The clocks skip the time given for the start: it is ${moment} instead.`,
  startFirstOfTwo: 'The time given for the start comes twice on that day: the first is meant.',
  allEachTime: 'Every run exports all data again, so the files grow and repeat each other. To export each record once, choose "Since previous run".',
  gaps: (example: string) => `Some data would be in no run, first ${example}. Choose a longer range, or "Since previous run", which leaves nothing out.`,
  overlaps: (example: string) => `Some data would be in more than one run, first ${example}. To export each record once, choose "Since previous run".`,
  nothingYet: (moment: string) => `The run on ${moment} would find nothing new to export, so it will be skipped.`,
  zoneRenamed: (asked: string, zone: string) => `The time zone ${asked} is stored under its present name, ${zone}.`,
};

export type NoteWords = typeof ENGLISH_NOTES;

export type PreviewNoteCode =
  | 'run.never'
  | 'run.months_skipped'
  | 'run.moved_by_gap'
  | 'run.first_of_two'
  | 'run.both_of_two'
  | 'start.moved'
  | 'range.covers_all_each_time'
  | 'range.gaps'
  | 'range.overlaps'
  | 'range.nothing_yet';

/** What the author of a job should know before saving it. */
export interface PreviewNote {
  readonly code: PreviewNoteCode;
  readonly text: string;
}

export interface NoteFacts {
  readonly run: JobRun;
  readonly timeZone: string;
  readonly range: DateRange;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The next runs after `now`, as `previewRuns` gives them; at least one was asked for. */
  readonly planned: readonly PlannedRun[];
  /** What became of the start the author gave; null or left out when there was none. */
  readonly start?: Moment | null;
}

const YEAR_MS = 366 * 86_400_000;
const MONTHS_OF_YEAR = 12;
const DAY_OF_LOCAL = 'YYYY-MM-DD'.length;

/**
 * What to tell the author of a job before it is saved, in the order of the form. The clock changes, gaps and overlaps are those of
 * the year that begins with the first run, and come from a simulation: the last 24 hours of a daily job leave an hour out where
 * the clocks go back, which no comparison of units would find.
 * @throws RangeError if the zone or a moment is not valid
 */
export function previewNotes(facts: NoteFacts, words: NoteWords = ENGLISH_NOTES): PreviewNote[] {
  const notes = startNotes(facts.start ?? null, words);
  if (!repeats(facts.run)) return notes;
  const [first] = facts.planned;
  if (!first) return [{ code: 'run.never', text: words.neverRuns }, ...notes];
  const from = Date.parse(first.at);
  return [...notes, ...monthNotes(facts.run, facts, words), ...clockNotes(facts.run, facts.timeZone, from, words), ...rangeNotes(facts, first, words)];
}

/** The months ('YYYY-MM') of the next year in which a monthly job does not run because they lack its day; inside its start and end. */
export function skippedMonthsOfYear(run: JobRun, timeZone: string, now: number): string[] {
  if (!repeats(run)) return [];
  const from = Math.max(now, Temporal.Instant.from(run.start).epochMilliseconds);
  const months = skippedMonths(scheduleOf(run, timeZone), monthAt(from, timeZone), MONTHS_OF_YEAR);
  if (run.end === null) return months;
  // The day that a month lacks comes after all of its days.
  const lastMonth = monthAt(Temporal.Instant.from(run.end).epochMilliseconds, timeZone);
  return months.filter((month) => month < lastMonth);
}

function monthAt(instant: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth().toString();
}

function startNotes(start: Moment | null, words: NoteWords): PreviewNote[] {
  if (start === null || start.moved === 'none') return [];
  return [{ code: 'start.moved', text: start.moved === 'gap' ? words.startSkipped(localText(start.local, words)) : words.startFirstOfTwo }];
}

function monthNotes(run: RepeatingRun, { timeZone, now }: NoteFacts, words: NoteWords): PreviewNote[] {
  const months = skippedMonthsOfYear(run, timeZone, now).map((month) => monthText(Temporal.PlainYearMonth.from(month), words));
  if (months.length === 0 || run.kind !== 'monthly' || run.day === 'last') return [];
  return [{ code: 'run.months_skipped', text: words.monthsSkipped(months, run.day) }];
}

/** One note for each thing that clock changes do, with all the days it happens on. */
function clockNotes(run: RepeatingRun, timeZone: string, from: number, words: NoteWords): PreviewNote[] {
  const moved: Record<Move, string[]> = { 'none': [], 'gap': [], 'overlap-first': [], 'overlap-second': [] };
  for (const occurrence of occurrencesOf(run, timeZone, from - 1, from + YEAR_MS)) {
    if (occurrence.moved !== 'none') moved[occurrence.moved].push(occurrence.local);
  }
  const notes: PreviewNote[] = [];
  const days = (locals: readonly string[]) =>
    words.list([...new Set(locals.map((local) => dayText(Temporal.PlainDate.from(local.slice(0, DAY_OF_LOCAL)), words)))]);
  if (moved.gap.length > 0) notes.push({ code: 'run.moved_by_gap', text: words.skippedTime(words.list(moved.gap.map((local) => localText(local, words)))) });
  const both = moved['overlap-second'];
  const first = run.kind === 'hourly' && run.every === 1 ? [] : moved['overlap-first'];
  if (first.length > 0) notes.push({ code: 'run.first_of_two', text: words.firstOfTwo(days(first)) });
  if (both.length > 0) notes.push({ code: 'run.both_of_two', text: words.bothOfTwo(days(both)) });
  return notes;
}

function rangeNotes({ run, timeZone, range }: NoteFacts, first: PlannedRun, words: NoteWords): PreviewNote[] {
  const from = Date.parse(first.at);
  if (range.kind === 'all') {
    const runsAgain = nextRunOf(run, timeZone, from) !== null;
    return runsAgain ? [{ code: 'range.covers_all_each_time', text: words.allEachTime }] : [];
  }
  if (range.kind === 'since_previous' && first.window === null) return [{ code: 'range.nothing_yet', text: words.nothingYet(localText(first.local, words)) }];
  if (range.kind !== 'last') return [];
  const year = simulateYear({ run, timeZone, range, chain: null, from, until: from + YEAR_MS, published: [] });
  const [gap, overlap] = [year.never[0], year.twice[0]];
  return [
    ...(gap ? [{ code: 'range.gaps' as const, text: words.gaps(stretchText(gap, timeZone, words)) }] : []),
    ...(overlap ? [{ code: 'range.overlaps' as const, text: words.overlaps(stretchText(overlap, timeZone, words)) }] : []),
  ];
}

/** A local time 'YYYY-MM-DDTHH:MM' as a sentence says it. */
function localText(local: string, words: NoteWords): string {
  const { date, time } = { date: Temporal.PlainDate.from(local.slice(0, DAY_OF_LOCAL)), time: local.slice(DAY_OF_LOCAL + 1) };
  return words.moment(dayText(date, words), time);
}
