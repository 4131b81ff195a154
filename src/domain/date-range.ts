import { Temporal } from 'temporal-polyfill';
import { type ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import { shown } from './text-checks.ts';

const KINDS = ['all', 'last', 'fixed'] as const;
const UNITS = ['hour', 'day', 'week', 'month'] as const;
const MOST_UNITS = 100_000;
const LONGEST_YEARS = 100;

/** Earliest instant UDM names: databases read no ISO year below 1. */
export const EARLIEST = Temporal.Instant.from('0001-01-01T00:00:00Z');

export type RangeUnit = (typeof UNITS)[number];

/** Date range of data of a job (product.md section 2). `from` and `to` are UTC instants, half-open [from, to). */
export type DateRange =
  | { readonly kind: 'all' }
  | { readonly kind: 'last'; readonly count: number; readonly unit: RangeUnit }
  | { readonly kind: 'fixed'; readonly from: string; readonly to: string };

const PROPERTIES_OF_KIND = { all: ['kind'], last: ['kind', 'count', 'unit'], fixed: ['kind', 'from', 'to'] } as const;

/** Year 0001-9999, seconds optional, Z or an offset: the same shape as the API contract (ISO 8601, RFC 3339). */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;

/**
 * The instant in UTC with as many decimals as it has, at most microseconds, as databases keep them. Finer ones are rounded up, never
 * down: among rows with microseconds, "before t" and "from t on" select the same rows as before only with the ceiling.
 */
export function utcText(instant: Temporal.Instant): string {
  return instant.round({ smallestUnit: 'microsecond', roundingMode: 'ceil' }).toString();
}

/**
 * Reads `range` of a job (cases 21-23, 26). Adds every problem to `problems`; the result counts only if there is none.
 * @param hasTime whether the type has a time column; without one only "all" makes sense (`range.kind`)
 */
export function parseDateRange(input: unknown, hasTime: boolean, now: Date, problems: ProblemList): DateRange {
  const all: DateRange = { kind: 'all' };
  if (input === undefined || input === null) {
    problems.add('range.required', 'range', undefined, KINDS);
    return all;
  }
  const properties = propertiesOf(input);
  if (!properties) {
    problems.add('field.type', 'range', input, 'object');
    return all;
  }
  const kind = KINDS.find((one) => one === properties.get('kind'));
  if (!kind || (kind !== 'all' && !hasTime)) problems.add('range.kind', 'range.kind', properties.get('kind'), hasTime ? KINDS : ['all']);
  if (!kind) return all;
  refuseOtherProperties(properties, 'range.', PROPERTIES_OF_KIND[kind], [], problems);
  if (kind === 'last') return parseLast(properties, problems);
  return kind === 'fixed' ? parseFixed(properties, now, problems) : all;
}

function parseLast(properties: Properties, problems: ProblemList): DateRange {
  const count = parseCount(properties.get('count'), problems);
  const sent = properties.get('unit');
  const unit = UNITS.find((one) => one === sent);
  if (!unit) problems.add('range.unit', 'range.unit', sent, UNITS);
  return { kind: 'last', count, unit: unit ?? 'day' };
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

function parseTimestamp(sent: unknown, field: string, problems: ProblemList): Temporal.Instant | null {
  const range = 'YYYY-MM-DDTHH:MM:SSZ';
  if (sent === undefined || sent === null) {
    problems.add('field.required', field, undefined, range);
    return null;
  }
  const text = typeof sent === 'string' ? TIMESTAMP.exec(sent) : null;
  // Read a text without offset as UTC first: "2026-02-30T00:00" is no date, with or without an offset.
  const instant = text && instantOf(text[4] ? text[0] : `${text[0]}Z`);
  if (instant && text?.[4]) return instant;
  if (typeof sent !== 'string') problems.add('field.type', field, sent, 'string');
  else problems.add(instant ? 'timestamp.offset_required' : 'timestamp.invalid', field, sent, range);
  return null;
}

function instantOf(text: string): Temporal.Instant | null {
  try {
    // Rounded here, so that what is compared is what is stored.
    const instant = Temporal.Instant.from(utcText(Temporal.Instant.from(text)));
    return Temporal.Instant.compare(instant, EARLIEST) < 0 ? null : instant;
  } catch {
    return null;
  }
}
