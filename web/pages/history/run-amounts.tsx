import type { RunView } from '../../../src/contract/run.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';

/** Rows read so far; a run that never started has none to tell of, which is not the same as having found none. */
export function RunRows({ run }: { run: RunView }) {
  return <>{run.startedAt === null ? strings.app.notAvailable : count(run.progress.rows)}</>;
}

/** Size of the files of a run that has started; while it goes on, of what was written so far. */
export function RunSize({ run }: { run: RunView }) {
  if (run.startedAt === null) return <>{strings.app.notAvailable}</>;
  return <ByteSize bytes={run.finishedAt === null ? run.progress.fileBytes : run.fileBytesTotal} />;
}
