import { locale } from '../../language.ts';
import type { Cell, Zoom } from './calendar.ts';

/** A date as it is: no zone moves it. */
function written(date: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' }).format(new Date(`${date}T00:00Z`));
}

/** "Mon, 2 Mar 2026", "2–8 Mar 2026", "March 2026". */
export function cellTime({ date }: Cell, zoom: Zoom): string {
  if (zoom === 'month') return written(date, { month: 'long', year: 'numeric' });
  if (zoom === 'day') return written(date, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const format = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const first = new Date(`${date}T00:00Z`);
  return format.formatRange(first, new Date(first.getTime() + 6 * 86_400_000));
}

/** What stands above the cells: a month where one begins and days of Mondays; a year where one begins. */
export function axisLabels(cells: readonly Cell[], zoom: Zoom): string[] {
  let before = '';
  return cells.map(({ date }) => {
    const part = zoom === 'month' ? date.slice(0, 4) : date.slice(0, 7);
    const isNew = part !== before;
    before = part;
    if (isNew) return zoom === 'month' ? part : written(date, { month: 'short', ...(date.slice(5, 7) === '01' && { year: 'numeric' }) });
    return '';
  });
}
