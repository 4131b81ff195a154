import { locale } from '../language.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, style: 'date' | 'minute' | 'second' | 'zone' | 'weekday'): Intl.DateTimeFormat {
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
    weekday: { weekday: 'short', ...day, ...time },
  };
  const made = formatOf(zone, options[style]);
  formats.set(key, made);
  return made;
}

/** An older browser may not know a zone of the server; it then shows UTC, and says so where it names the zone. */
function formatOf(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options });
  } catch {
    return new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...options });
  }
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

/** "Sun, 29 Mar 2026, 03:00 CEST": `local` is what the clocks of the zone show at the instant, YYYY-MM-DDTHH:MM. */
export function plannedTime(local: string, zone: string, instant: string): string {
  const shown = new Date(`${local.slice(0, 16)}Z`);
  return `${Number.isNaN(shown.getTime()) ? local : format('UTC', 'weekday').format(shown)} ${zoneNameAt(zone, instant)}`;
}

/** "February 2026" of 2026-02. */
export function monthName(month: string): string {
  const first = new Date(`${month}-01T00:00Z`);
  return Number.isNaN(first.getTime()) ? month : first.toLocaleDateString(locale(), { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** The zone of the person's computer. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "4 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
