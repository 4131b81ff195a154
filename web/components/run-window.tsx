import type { RunView } from '../../src/contract/run.ts';
import { dateTimeIn, fullTimeIn } from '../format/time.ts';
import { useShownZone } from '../shown-zone.ts';
import { strings } from '../strings.ts';

const DID_NOT_RUN: ReadonlySet<string> = new Set(['missed', 'suppressed', 'skipped']);

/** The stretch of source time a run covers, in the zone that the person sees times in; a run that did not happen covers none. */
export function RunWindow({ run: { window, status } }: { run: Pick<RunView, 'window' | 'status'> }) {
  const timeZone = useShownZone();
  const { from, to } = window;
  if (DID_NOT_RUN.has(status)) return <>{strings.app.notAvailable}</>;
  if (to === null) return <>{strings.history.windowEverything}</>;
  if (from === null) return <>{strings.history.windowAll(fullTimeIn(timeZone, to))}</>;
  return (
    <>
      <span className="udm-nowrap">{strings.history.windowFrom(dateTimeIn(timeZone, from))}</span>{' '}
      <span className="udm-nowrap">{fullTimeIn(timeZone, to)}</span>
    </>
  );
}
