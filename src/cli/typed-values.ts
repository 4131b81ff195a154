/**
 * What somebody typed behind a flag, as the API takes it. What cannot be read goes on as the text it is: the operation refuses it
 * with its code, together with everything else that is wrong.
 */

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SHORTEST_WEEKDAY = 3;

/** `30` becomes a number; `3O`, `1e3` and `0x10` stay texts. */
export function wholeNumberOf(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** A time with offset as it is; `YYYY-MM-DDTHH:MM` is a time on the clocks of the job's zone. */
export function momentOf(text: string): string | { local: string } {
  return LOCAL.test(text) ? { local: text } : text;
}

/** `mon,Wednesday,7` becomes [1, 3, 7] (ISO 8601: Monday is 1). */
export function weekdaysOf(text: string): (number | string)[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const place = name.length < SHORTEST_WEEKDAY ? -1 : WEEKDAYS.findIndex((weekday) => weekday.startsWith(name.toLowerCase()));
    return place < 0 ? wholeNumberOf(name) : place + 1;
  });
}

/** `30 days` becomes a count and a unit. */
export function spanOf(text: string): { count: number | string; unit: string } {
  const [count = '', ...unit] = text.trim().split(/\s+/);
  return { count: wholeNumberOf(count), unit: unit.join(' ').replace(/s$/, '') };
}
