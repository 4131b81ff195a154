import type { PlannedRunView } from '../../src/contract/preview.ts';

type Moved = Exclude<PlannedRunView['moved'], 'none'>;

const mark: Record<Moved, string> = { 'gap': 'Clocks go forward', 'overlap-first': 'Clocks go back', 'overlap-second': 'Clocks go back' };

const meaning: Record<Moved, string> = {
  'gap': 'The planned time does not exist on this day, so it runs at the first moment after it.',
  'overlap-first': 'This time comes twice on this day. It runs the first time.',
  'overlap-second': 'This hour comes twice on this day. It runs the second time too.',
};

/** Words of what stands under the editor: what the job will do. */
export const preview = {
  title: 'What will happen',
  loading: 'Working out the next runs',
  missing: (fields: string) => `The next runs show here once these are filled in: ${fields}.`,
  mend: 'The next runs show here once the fields marked above are mended.',
  refused: 'The next runs cannot be shown',
  runs: 'Next runs',
  noRuns: 'There is no run to come.',
  columns: { at: 'Runs', window: 'Data it will export' },
  mine: (time: string) => `${time} on your clock`,
  nothing: 'Nothing to export',
  everything: 'All data',
  upTo: (to: string) => `Everything up to ${to}`,
  since: (from: string) => `Everything since ${from}`,
  between: (from: string, to: string) => `${from}\u00a0to ${to}`,
  zone: (zone: string) => `Times are those of ${zone}.`,
  alias: (asked: string, zone: string) => `${asked} is another name of ${zone}; the job keeps ${zone}.`,
  start: (time: string) => `Starts ${time}.`,
  mark,
  meaning,
  skipped: (months: string) => `No run in ${months}: the day does not exist there. “Last day” leaves no month out.`,
  notes: 'Before you save',
  year: 'The next twelve months, worked out in advance',
  complete: 'From its first run on, every moment is exported exactly once.',
  twice: 'Data that would be exported twice',
  never: 'Data that would not be exported at all',
  stretches: (count: number) => (count === 1 ? '1 stretch' : `${count >= 100 ? '100 or more' : count} stretches`),
  more: (count: number) => `Show ${count} more`,
  old: 'Not up to date: the form has changed and is being worked out again.',
  editTitle: 'What this edit changes',
  editTwice: 'This data would be exported once more',
  editTwiceText: 'The job has exported it already, or one of its runs will. Whoever puts the files together has these records twice.',
  editNever: 'This data would not be exported any more',
  editNeverText: 'With the settings as they are saved, a run would export it. With these, none will. Fill it from Coverage, or choose “Since previous run”.',
  ofTypes: (types: string, stretch: string) => `${types}: ${stretch}`,
  toCoverage: 'Look at Coverage (opens a new tab)',
  chain: 'This starts a new chain',
  chainText:
    'Source, type, entity types or “Data from” are not what they were. The job no longer goes on where its last run ended: its next run begins at “Data from” again, and may export data that you already have.',
} as const;
