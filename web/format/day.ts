/** Days in a time zone and the instants at which they begin, for filters: what a person calls "2 March" begins at another instant in another zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of the zone show at the instant, as milliseconds of UTC. */
function clockOf(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, ...fields });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return Date.UTC(
    Number(parts['year']),
    Number(parts['month']) - 1,
    Number(parts['day']),
    Number(parts['hour']),
    Number(parts['minute']),
    Number(parts['second']),
  );
}

/** The first instant of a day (YYYY-MM-DD) in the zone; `later` days after it. Undefined for what is no day. */
export function startOfDay(zone: string, day: string, later = 0): string | undefined {
  const midnight = Date.parse(`${day}T00:00:00Z`) + later * 86_400_000;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !(midnight > -59_000_000_000_000)) return undefined;
  let instant = midnight;
  // Twice: the first guess may lie on the other side of a clock change.
  for (let round = 0; round < 2; round += 1) instant = midnight - (clockOf(zone, instant) - instant);
  // Where midnight is skipped the day begins after the gap.
  if (clockOf(zone, instant) < midnight) instant += midnight - clockOf(zone, instant);
  return new Date(instant).toISOString();
}

/** The day (YYYY-MM-DD) that the clocks of the zone show at the instant; empty for what is no instant. */
export function dayOf(zone: string, instant: string | undefined, earlier = 0): string {
  const at = Date.parse(instant ?? '') - earlier;
  return Number.isNaN(at) ? '' : new Date(clockOf(zone, at)).toISOString().slice(0, 10);
}
