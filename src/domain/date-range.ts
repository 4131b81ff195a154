import { Temporal } from 'temporal-polyfill';
import { type Moment, parseMoment, parseTimestamp, shownMoment, utcText } from './moment.ts';
import { type ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import { shown } from './text-checks.ts';

const KINDS = ['all', 'since_previous', 'last', 'fixed'] as const;
const UNITS = ['hour', 'day', 'week', 'month'] as const;
const BEGINNINGS = ['start', 'all'] as const;
const MOST_UNITS = 100_000;
const LONGEST_YEARS = 100;

export type RangeUnit = (typeof UNITS)[number];

/**
 * Date range of data of a job (product.md section 2), as stored. Instants are UTC texts, stretches half-open [from, to).
 * `dataFrom` is where the first window begins: the start of the job, all available data, or an instant.
 */
export type DateRange =
  | { readonly kind: 'all' }
  | { readonly kind: 'since_previous'; readonly dataFrom: string }
  | { readonly kind: 'last'; readonly count: number; readonly unit: RangeUnit; readonly calendar: boolean }
  | { readonly kind: 'fixed'; readonly from: string; readonly to: string };

const PROPERTIES_OF_KIND = {
  all: ['kind'],
  since_previous: ['kind', 'dataFrom'],
  last: ['kind', 'count', 'unit', 'calendar'],
  fixed: ['kind', 'from', 'to'],
} as const;

/** What the reading of `range` needs to know. */
export interface RangeFacts {
  readonly now: Date;
  /** Zone of the job; null while it is not known. */
  readonly timeZone: string | null;
  /** Whether the type has a time; without one only "all" makes sense. */
  readonly hasTime: boolean;
  /** Whether the job repeats and when it starts, as far as that could be read. */
  readonly repeats: boolean | null;
  readonly start: Moment | null;
  /** As stored, when a job is edited: what has not changed is accepted again. */
  readonly editing?: DateRange | undefined;
}

/** `range` as read. */
export interface RangeReading {
  /** Counts only if no problem was added. */
  readonly range: DateRange;
  readonly dataFrom: Moment | null;
}

const ALL: RangeReading = { range: { kind: 'all' }, dataFrom: null };

/** Reads `range` of a job (reliability.md section 4, cases 21-24, 26). Adds every problem to `problems`. */
export function parseDateRange(input: unknown, facts: RangeFacts, problems: ProblemList): RangeReading {
  const offered = kindsFor(facts);
  const properties = propertiesOf(input);
  if (input === undefined || input === null) problems.add('range.required', 'range', undefined, offered);
  else if (!properties) problems.add('field.type', 'range', input, 'object');
  if (!properties) return ALL;
  const kind = KINDS.find((one) => one === properties.get('kind'));
  if (!kind || !offered.includes(kind)) {
    const isFixedAgain = kind === 'fixed' && facts.hasTime && facts.repeats === true;
    problems.add(isFixedAgain ? 'range.repeats_same_data' : 'range.kind', 'range.kind', properties.get('kind'), offered);
  }
  if (!kind) return ALL;
  refuseOtherProperties(properties, 'range.', PROPERTIES_OF_KIND[kind], [], problems);
  if (kind === 'since_previous') return parseSincePrevious(properties.get('dataFrom'), facts, problems);
  if (kind === 'last') return { ...ALL, range: parseLast(properties, problems) };
  return kind === 'fixed' ? { ...ALL, range: parseFixed(properties, facts.now, problems) } : ALL;
}

/** A fixed interval again and again is the same data; one run has no previous one. */
function kindsFor({ hasTime, repeats }: RangeFacts): readonly (typeof KINDS)[number][] {
  if (!hasTime) return ['all'];
  if (repeats === null) return KINDS;
  return KINDS.filter((one) => one !== (repeats ? 'fixed' : 'since_previous'));
}

function parseSincePrevious(sent: unknown, facts: RangeFacts, problems: ProblemList): RangeReading {
  const word = sent === undefined || sent === null ? 'start' : BEGINNINGS.find((one) => one === sent);
  if (word) return { range: { kind: 'since_previous', dataFrom: word }, dataFrom: null };
  const rules = { timeZone: facts.timeZone, invalid: 'timestamp.invalid', or: BEGINNINGS } as const;
  const moment = parseMoment(sent, 'range.dataFrom', rules, problems);
  if (!moment) return ALL;
  const isStored = facts.editing?.kind === 'since_previous' && facts.editing.dataFrom === moment.at;
  // From after the start on, the first windows would be empty or turned round.
  if (!isStored && facts.start && Temporal.Instant.compare(moment.at, facts.start.at) > 0) {
    problems.add('data_from.after_start', 'range.dataFrom', shownMoment(sent), { latest: facts.start.at });
  }
  return { range: { kind: 'since_previous', dataFrom: moment.at }, dataFrom: moment };
}

function parseLast(properties: Properties, problems: ProblemList): DateRange {
  const count = parseCount(properties.get('count'), problems);
  const sent = properties.get('unit');
  const unit = UNITS.find((one) => one === sent);
  if (!unit) problems.add('range.unit', 'range.unit', sent, UNITS);
  const calendar = properties.get('calendar') ?? false;
  if (typeof calendar !== 'boolean') problems.add('field.type', 'range.calendar', calendar, 'boolean');
  return { kind: 'last', count, unit: unit ?? 'day', calendar: calendar === true };
}

function parseCount(count: unknown, problems: ProblemList): number {
  const range = { min: 1, max: MOST_UNITS };
  if (count === undefined || count === null) problems.add('field.required', 'range.count', undefined, range);
  // Beyond 2^53 the number read is not the number sent.
  else if (typeof count !== 'number' || !Number.isFinite(count) || Math.abs(count) > Number.MAX_SAFE_INTEGER)
    problems.add('number.format', 'range.count', count, range);
  else if (!Number.isInteger(count) || count < 1 || count > MOST_UNITS) problems.add('range.value', 'range.count', count, range);
  else return count;
  return 1;
}

function parseFixed(properties: Properties, now: Date, problems: ProblemList): DateRange {
  const from = parseTimestamp(properties.get('from'), 'range.from', problems);
  const to = parseTimestamp(properties.get('to'), 'range.to', problems);
  if (to && Temporal.Instant.compare(to, Temporal.Instant.fromEpochMilliseconds(now.getTime())) > 0) {
    problems.addAsIs('range.future', 'range.to', { to: shown(properties.get('to')), serverTime: now.toISOString() }, { latest: now.toISOString() });
  }
  if (!from || !to) return { kind: 'all' };
  if (Temporal.Instant.compare(from, to) >= 0) {
    problems.add('range.order', 'range.to', properties.get('to'), { after: utcText(from) });
  } else if (Temporal.Instant.compare(to, latestEnd(from)) > 0) {
    problems.addAsIs('range.too_long', 'range', { from: utcText(from), to: utcText(to) }, { years: LONGEST_YEARS });
  }
  return { kind: 'fixed', from: utcText(from), to: utcText(to) };
}

function latestEnd(from: Temporal.Instant): Temporal.Instant {
  return from.toZonedDateTimeISO('UTC').add({ years: LONGEST_YEARS }).toInstant();
}
