import { Badge, Text } from '@mantine/core';
import type { PlannedRunView, PreviewView } from '../../../src/contract/preview.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { localTime } from '../../format/local-time.ts';
import { browserZone, plannedTime } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { stretchWords } from './stretch-words.ts';

const { preview: words } = strings;

/** The next runs: when, by the clocks of the job's zone and of this computer, and which data each will export. */
export function PlannedRuns({ preview: { runs, timeZone } }: { preview: PreviewView }) {
  if (runs.length === 0) return <Text size="sm">{words.noRuns}</Text>;
  const columns: readonly Column<PlannedRunView>[] = [
    { key: 'at', label: words.columns.at, cell: (run) => <PlannedTime run={run} zone={timeZone} /> },
    {
      key: 'window',
      label: words.columns.window,
      cell: ({ window }) => <span className="udm-balanced">{window === null ? words.nothing : stretchWords(window, timeZone)}</span>,
    },
  ];
  return (
    <div>
      <DataTable label={words.runs} columns={columns} rows={runs} id={(run) => run.at} />
      <Text size="xs" c="dimmed" mt={6}>
        {words.zone(timeZone)}
      </Text>
    </div>
  );
}

function PlannedTime({ run, zone }: { run: PlannedRunView; zone: string }) {
  const { at, local, moved } = run;
  const mine = browserZone();
  const onMyClock = localTime(at, mine, 'minute');
  return (
    <>
      <time dateTime={at}>{plannedTime(local, zone, at)}</time>
      {onMyClock !== '' && onMyClock !== local.slice(0, 16) && (
        <Text size="xs" c="dimmed" className="udm-balanced">
          {words.mine(plannedTime(onMyClock, mine, at))}
        </Text>
      )}
      {moved !== 'none' && (
        <>
          <Badge variant="outline" color="gray" className="udm-mark" mt={4}>
            {words.mark[moved]}
          </Badge>
          <Text size="xs">{words.meaning[moved]}</Text>
        </>
      )}
    </>
  );
}
