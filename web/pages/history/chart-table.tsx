import { Anchor, Group } from '@mantine/core';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { count } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import type { RunTimelineView } from '../../../src/contract/run-timeline.ts';
import type { ChartPoint } from './chart-model.ts';
import { MarkIcon } from './run-mark.tsx';

const { chart: words, columns: labels } = strings.history;

interface Props {
  readonly points: readonly ChartPoint[];
  readonly buckets: RunTimelineView['buckets'];
  readonly onOpen: (id: string) => void;
}

/** What the drawing shows, as a table. */
export function ChartTable({ points, buckets, onOpen }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="udm-chart-table" aria-label={words.table} tabIndex={0}>
      <table className="udm-attempts" aria-label={words.title}>
        <thead>
          <tr>
            {[labels.scheduled, labels.title, labels.status, labels.duration].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.map((one) => (
            <tr key={one.from}>
              <td>
                <TimeStamp at={one.from} />
              </td>
              <td>{strings.table.count({ count: one.count, exact: true }, strings.history.one, strings.history.many)}</td>
              <td>{bucketText(one.statuses)}</td>
              <td>{duration(one.longestSeconds)}</td>
            </tr>
          ))}
          {points.map((point) => (
            <tr key={point.key}>
              <td>
                <TimeStamp at={new Date(point.at).toISOString()} />
              </td>
              <td>
                {point.runId === null ? (
                  point.title
                ) : (
                  <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onOpen(point.runId as string)}>
                    {point.title}
                  </Anchor>
                )}
              </td>
              <td>
                <Group component="span" gap={6} wrap="nowrap" display="inline-flex">
                  <MarkIcon kind={point.kind} />
                  {point.kind === 'planned' ? words.showPlanned : strings.status[point.kind]}
                </Group>
              </td>
              <td>{point.seconds === null ? strings.app.notAvailable : duration(point.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function bucketText(statuses: Readonly<Record<string, number>>): string {
  return Object.entries(statuses)
    .map(([status, number]) => `${strings.status[status as keyof typeof strings.status]} ${count(number)}`)
    .join(', ');
}
