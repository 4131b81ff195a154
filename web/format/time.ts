import { Temporal } from 'temporal-polyfill';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, style: 'date' | 'minute' | 'second' | 'zone'): Intl.DateTimeFormat {
  const key = `${zone} ${style}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const options: Record<typeof style, Intl.DateTimeFormatOptions> = {
    date: day,
    minute: { ...day, ...time },
    second: { ...day, ...time, second: '2-digit' },
    zone: { timeZoneName: 'short' },
  };
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options[style] });
  formats.set(key, made);
  return made;
}

/** "24 Nov 2025, 19:26" in the zone. */
export function dateTimeIn(zone: string, instant: string, precision: 'minute' | 'second' = 'minute'): string {
  return format(zone, precision).format(new Date(instant));
}

/** "24 Nov 2025" in the zone. */
export function dateIn(zone: string, instant: string): string {
  return format(zone, 'date').format(new Date(instant));
}

/** The short name of the zone at that instant: CET, CEST, UTC, GMT-5. */
export function zoneNameAt(zone: string, instant: string): string {
  const parts = format(zone, 'zone').formatToParts(new Date(instant));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** "24 Nov 2025, 19:26 CET". */
export function fullTimeIn(zone: string, instant: string): string {
  return `${dateTimeIn(zone, instant)} ${zoneNameAt(zone, instant)}`;
}

/** What a date-and-time input holds, as a timestamp with offset; '' when it holds no full date and time. */
export function offsetTimestamp(local: string, zone: string): string {
  try {
    const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(zone);
    return zoned.toString({ timeZoneName: 'never', smallestUnit: zoned.millisecond === 0 ? 'second' : 'millisecond' });
  } catch {
    return '';
  }
}

/** A timestamp with offset as a date-and-time input takes it. */
export function localTimestamp(timestamp: string, zone: string): string {
  const plain = Temporal.Instant.from(timestamp).toZonedDateTimeISO(zone).toPlainDateTime();
  return plain.toString({ smallestUnit: plain.second === 0 ? 'minute' : 'second' });
}

/** "4 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
