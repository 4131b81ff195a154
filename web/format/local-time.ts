import { Temporal } from 'temporal-polyfill';

/** Whether both names mean one zone: Europe/Kiev is Europe/Kyiv. */
export function isSameZone(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    const sample = Temporal.Instant.fromEpochMilliseconds(0);
    return sample.toZonedDateTimeISO(one).equals(sample.toZonedDateTimeISO(other));
  } catch {
    return false;
  }
}

/** The instant in UTC of what a date-and-time input holds; '' when it holds no full date and time. */
export function instantOf(local: string, zone: string): string {
  try {
    return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant().toString();
  } catch {
    return '';
  }
}

/**
 * An instant as a date-and-time input takes it. To the minute, or with the seconds if it has any; '' where the browser
 * does not know the zone.
 */
export function localTime(instant: string, zone: string, precision: 'minute' | 'second'): string {
  try {
    const plain = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
    return plain.toString({ smallestUnit: precision === 'minute' || plain.second === 0 ? 'minute' : 'second', roundingMode: 'trunc' });
  } catch {
    return '';
  }
}
