import { dateTimeIn, zoneNameAt } from '../format/time.ts';
import { useShownZone } from '../shown-zone.ts';
import { strings } from '../strings.ts';

/** An instant in the zone that the person sees times in, which it names. */
export function TimeStamp({ at, precision = 'minute' }: { at: string | null; precision?: 'minute' | 'second' }) {
  const timeZone = useShownZone();
  if (at === null) return <span>{strings.app.notAvailable}</span>;
  const [date, time] = dateTimeIn(timeZone, at, precision).split(', ');
  return (
    <time dateTime={at} title={`${at} (${timeZone})`}>
      <span className="udm-nowrap">{date},</span>{' '}
      <span className="udm-nowrap">
        {time} {zoneNameAt(timeZone, at)}
      </span>
    </time>
  );
}
