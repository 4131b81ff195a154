import type { DateRange, JobRun, JobView } from '../../../src/contract/job.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { instantOf, localTime } from '../../format/local-time.ts';
import { endOfDay, startOfDay, wholeDays } from '../../format/date-interval.ts';

export type RunKind = JobRun['kind'];
export type RangeKind = DateRange['kind'];
export type RangeUnit = Extract<DateRange, { kind: 'last' }>['unit'];
export type MissedRuns = JobView['missedRuns'];

/** The inputs that hold a date and time of the job's zone. */
export type MomentField = 'at' | 'start' | 'end' | 'dataFrom';

/** The form as typed; `toDraft` makes of it what the API takes. Dates and times are those of `timeZone`. */
export interface JobForm {
  readonly title: string;
  readonly description: string;
  readonly source: string;
  readonly type: string;
  readonly allEntityTypes: boolean;
  readonly entityTypes: readonly string[];
  readonly runKind: RunKind;
  readonly onceStart: 'immediately' | 'at';
  readonly at: string;
  readonly every: string;
  readonly minute: string;
  readonly time: string;
  readonly weekdays: readonly string[];
  /** 1 to 31, or "last". */
  readonly day: string;
  readonly startKind: 'now' | 'at';
  readonly start: string;
  readonly hasEnd: boolean;
  readonly end: string;
  readonly timeZone: string;
  readonly missedRuns: MissedRuns;
  readonly rangeKind: RangeKind;
  /** The person chose a range; another way of running keeps it where it can. */
  readonly rangeChosen: boolean;
  readonly count: string;
  readonly unit: RangeUnit;
  readonly calendar: boolean;
  readonly dataFromKind: 'start' | 'all' | 'at';
  readonly dataFrom: string;
  /** Fixed interval: two dates, both included, or two moments, of which the end is not. */
  readonly fixedBy: 'date' | 'time';
  readonly from: string;
  readonly to: string;
  /** Split into files of at most `splitSize` units; a single file otherwise. */
  readonly isSplit: boolean;
  readonly splitSize: string;
  readonly splitUnit: 'MB' | 'GB';
  readonly compression: JobView['compression'];
  readonly format: JobView['format'];
  readonly csvFormulas: JobView['csvFormulas'];
  readonly recipients: readonly string[];
  /** The exact instants of the job the form was filled from: an input that still shows one sends it back unchanged. */
  readonly known: Readonly<Partial<Record<MomentField | 'from' | 'to', string>>>;
}

export function emptyForm(recipients: readonly string[], timeZone: string): JobForm {
  return {
    title: '',
    description: '',
    source: '',
    type: '',
    allEntityTypes: true,
    entityTypes: [],
    runKind: 'once',
    onceStart: 'immediately',
    at: '',
    every: '1',
    minute: '0',
    time: '',
    weekdays: [],
    day: '1',
    startKind: 'now',
    start: '',
    hasEnd: false,
    end: '',
    timeZone,
    missedRuns: 'latest',
    rangeKind: 'last',
    rangeChosen: false,
    count: '30',
    unit: 'day',
    calendar: false,
    dataFromKind: 'start',
    dataFrom: '',
    fixedBy: 'date',
    from: '',
    to: '',
    isSplit: false,
    splitSize: '1024',
    splitUnit: 'MB',
    compression: 'fast',
    format: 'jsonl',
    csvFormulas: 'keep',
    recipients,
    known: {},
  };
}

export function typeOf(form: JobForm, sources: readonly SourceView[]) {
  return sources.find((source) => source.name === form.source)?.types.find((entry) => entry.type === form.type);
}

/** The ranges offered: a fixed interval would give a repeating job the same data each time, and one run has no previous one. */
export function rangeKindsOf({ runKind }: JobForm): readonly RangeKind[] {
  return runKind === 'once' ? ['all', 'last', 'fixed'] : ['since_previous', 'all', 'last'];
}

const USUAL_STRETCH: Record<RunKind, Pick<JobForm, 'count' | 'unit'>> = {
  once: { count: '30', unit: 'day' },
  hourly: { count: '1', unit: 'hour' },
  daily: { count: '1', unit: 'day' },
  weekly: { count: '1', unit: 'week' },
  monthly: { count: '1', unit: 'month' },
};

/** Another way of running, with the range that goes with it: what the person chose stays where it makes sense. */
export function withRunKind(form: JobForm, runKind: RunKind): Partial<JobForm> {
  if (form.rangeChosen && rangeKindsOf({ ...form, runKind }).includes(form.rangeKind)) return { runKind };
  const stretch = form.rangeChosen ? {} : USUAL_STRETCH[runKind];
  return { runKind, rangeKind: runKind === 'once' ? 'last' : 'since_previous', ...stretch };
}

const MOMENT_FIELDS = ['at', 'start', 'end', 'dataFrom'] as const;

/**
 * Another zone. What is to come keeps its local time, as people mean it; what has passed and was not touched stays the instant it was:
 * a job does not start anew because its zone is put right.
 * @param now epoch milliseconds
 */
export function withTimeZone(form: JobForm, timeZone: string, now: number): Partial<JobForm> {
  const moved: { -readonly [Field in MomentField]?: string } = {};
  for (const field of MOMENT_FIELDS) {
    const instant = untouchedInstant(form, field);
    if (instant !== undefined && Date.parse(instant) <= now) moved[field] = localTime(instant, timeZone, 'minute');
  }
  return { timeZone, ...moved };
}

/** The exact instant that the input was filled from, while it still shows it. */
export function untouchedInstant(form: JobForm, field: MomentField): string | undefined {
  const known = form.known[field];
  return known !== undefined && localTime(known, form.timeZone, 'minute') === form[field].slice(0, 16) ? known : undefined;
}

/** The same interval in the other kind of input; what is not filled stays empty. */
export function withFixedBy(form: JobForm, fixedBy: JobForm['fixedBy']): Partial<JobForm> {
  const { timeZone } = form;
  const local = (instant: string) => (instant === '' ? '' : localTime(instant, timeZone, 'second'));
  if (fixedBy === 'time') return { fixedBy, from: local(startOfDay(form.from, timeZone)), to: local(endOfDay(form.to, timeZone)) };
  const days = wholeDays(fixedInstant(form, 'from'), fixedInstant(form, 'to'), timeZone);
  return { fixedBy, ...(days ?? { from: form.from.slice(0, 10), to: form.to.slice(0, 10) }) };
}

/** Start or half-open end of the fixed interval in UTC; '' while the input is not filled. */
export function fixedInstant(form: JobForm, bound: 'from' | 'to'): string {
  const { fixedBy, timeZone } = form;
  if (fixedBy === 'date') return bound === 'from' ? startOfDay(form.from, timeZone) : endOfDay(form.to, timeZone);
  const known = form.known[bound];
  return known !== undefined && localTime(known, timeZone, 'second') === form[bound] ? known : instantOf(form[bound], timeZone);
}

/** The most MB of one file as typed; null: a single file. What is no number is 0, which is refused; NaN would be null in JSON. */
export function splitMegabytesOf({ isSplit, splitSize, splitUnit }: Pick<JobForm, 'isSplit' | 'splitSize' | 'splitUnit'>): number | null {
  if (!isSplit) return null;
  const size = splitSize.trim();
  return /^-?\d+(\.\d+)?$/.test(size) ? Number(size) * (splitUnit === 'GB' ? 1_024 : 1) : 0;
}
