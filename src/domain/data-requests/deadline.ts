import { Temporal } from 'temporal-polyfill';
import type { ErrorCode } from '../../errors.ts';

/**
 * By when a data request must be answered (GDPR Art. 12(3)): within one month of its receipt, counted by the calendar in the tenant's time zone
 * as Regulation 1182/71 counts: up to the end of the day of the same number, or of the month's last day where it has none. Weekends and
 * holidays give no more time. It can be extended once, by two further months: the three are counted from the receipt.
 */

const MONTHS = 1;
export const FURTHER_MONTHS = 2;
/** From this day the regulation applies; nothing was asked under it before. */
export const FIRST_RECEIPT = '2018-05-25';
const LONGEST_REASON = 1_000;

export interface Deadline {
  /** The last day, in the tenant's zone. */
  readonly on: string;
  /** Its end: the first instant that is too late, in epoch milliseconds. */
  readonly at: number;
}

/** @param receivedOn a date, e.g. 2026-01-31 */
export function deadlineOf(receivedOn: string, timeZone: string, isExtended: boolean): Deadline {
  const last = Temporal.PlainDate.from(receivedOn).add({ months: MONTHS + (isExtended ? FURTHER_MONTHS : 0) }, { overflow: 'constrain' });
  return { on: last.toString(), at: last.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds };
}

/** Days until the last day of the deadline: 0 on it, negative after it. */
export function daysLeft(deadlineOn: string, timeZone: string, now: number): number {
  return Temporal.PlainDate.from(localDate(now, timeZone)).until(Temporal.PlainDate.from(deadlineOn), { largestUnit: 'days' }).days;
}

/** The date that the clocks of the zone show. */
export function localDate(now: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** What is wrong with a date of receipt (case 64); one of long ago is taken and is overdue. */
export function whyNotReceivedOn(receivedOn: string, timeZone: string, now: number): ErrorCode | null {
  if (!isDate(receivedOn)) return 'gdpr.received_on';
  return receivedOn >= FIRST_RECEIPT && receivedOn <= localDate(now, timeZone) ? null : 'gdpr.received_on';
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

export interface Extension {
  readonly reason: string;
  readonly months: number;
}

/**
 * What is wrong with an extension (case 65), field by field: once, by two further months at most, with a reason, and only while the first month
 * lasts, because the person must hear of it within that.
 */
export function whyNotExtend(
  request: { readonly receivedOn: string; readonly timeZone: string; readonly isExtended: boolean },
  extension: Extension,
  now: number,
): readonly { readonly field: 'reason' | 'months' | 'id'; readonly why: 'twice' | 'late' | 'reason' | 'months' }[] {
  const reason = extension.reason.trim();
  return [
    ...(request.isExtended ? [{ field: 'id', why: 'twice' } as const] : []),
    ...(!request.isExtended && now >= deadlineOf(request.receivedOn, request.timeZone, false).at ? [{ field: 'id', why: 'late' } as const] : []),
    ...(reason === '' || reason.length > LONGEST_REASON ? [{ field: 'reason', why: 'reason' } as const] : []),
    ...(extension.months !== FURTHER_MONTHS ? [{ field: 'months', why: 'months' } as const] : []),
  ];
}
