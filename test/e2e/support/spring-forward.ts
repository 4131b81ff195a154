const DAY_MS = 86_400_000;
const SUNDAY = 0;

/**
 * The next day on which the clocks of the European Union go from 02:00 to 03:00, at least `daysAhead` days away: the last Sunday of
 * March (Directive 2000/84/EC), reckoned here without the zone data that the server asks.
 * @param now epoch milliseconds
 * @returns midnight UTC of that date, epoch milliseconds
 */
export function nextSpringForward(now: number, daysAhead: number): number {
  const year = new Date(now).getUTCFullYear();
  const found = [year, year + 1].map(lastSundayOfMarch).find((day) => day >= now + daysAhead * DAY_MS);
  return found as number;
}

function lastSundayOfMarch(year: number): number {
  const last = Date.UTC(year, 2, 31);
  return last - (new Date(last).getUTCDay() - SUNDAY) * DAY_MS;
}

/** The date some days later as an input takes it (2026-03-29), as the preview says it (Sun, 29 Mar 2026), and without its weekday. */
export function dateWords(day: number, later: number): { input: string; withWeekday: string; plain: string } {
  const date = new Date(day + later * DAY_MS);
  // Sun, 29 Mar 2026 00:00:00 GMT
  const withWeekday = date.toUTCString().slice(0, 16).replace(', 0', ', ');
  return { input: date.toISOString().slice(0, 10), withWeekday, plain: withWeekday.slice(5) };
}
