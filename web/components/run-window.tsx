import type { RunView } from '../../src/contract/run.ts';
import { useSession } from '../api/queries.ts';
import { dateTimeIn, fullTimeIn } from '../format/time.ts';
import { strings } from '../strings.ts';

/** The stretch of source time a run covers, in the tenant's zone. */
export function RunWindow({ window }: { window: RunView['window'] }) {
  const { timeZone } = useSession();
  const { from, to } = window;
  if (to === null) return <>{strings.history.windowEverything}</>;
  if (from === null) return <>{strings.history.windowAll(fullTimeIn(timeZone, to))}</>;
  return (
    <>
      <span className="udm-nowrap">{strings.history.windowFrom(dateTimeIn(timeZone, from))}</span>{' '}
      <span className="udm-nowrap">{fullTimeIn(timeZone, to)}</span>
    </>
  );
}
