import { dateTimeIn, zoneNameAt } from '../../format/time.ts';
import { strings } from '../../strings.ts';

const { preview: words } = strings;

/** A half-open stretch of source time in words, by the clocks of the zone; with seconds where it has some. */
export function stretchWords({ from, to }: { readonly from: string | null; readonly to: string | null }, zone: string): string {
  if (from === null) return to === null ? words.everything : words.upTo(moment(to, zone));
  return to === null ? words.since(moment(from, zone)) : words.between(moment(from, zone), moment(to, zone));
}

function moment(instant: string, zone: string): string {
  const hasSeconds = new Date(instant).getUTCSeconds() !== 0;
  const [date, time] = dateTimeIn(zone, instant, hasSeconds ? 'second' : 'minute').split(', ');
  return `${unbroken(`${date},`)} ${unbroken(`${time} ${zoneNameAt(zone, instant)}`)}`;
}

/** A line breaks between date and time, not inside of either. */
function unbroken(words: string): string {
  return words.replaceAll(' ', '\u00a0');
}
