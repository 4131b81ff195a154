import { ActionIcon, Button, Group, NativeSelect, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useState } from 'react';
import type { RunTimelineView } from '../../../src/contract/run-timeline.ts';
import { useRunTimeline } from '../../api/runs.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { count } from '../../format/numbers.ts';
import { fullTimeIn } from '../../format/time.ts';
import { useShownZone } from '../../shown-zone.ts';
import { strings } from '../../strings.ts';
import { type Axis, axisAround, move, SPANS, type SpanName, spanNameOf, zoom } from './axis.ts';
import { ChartCanvas } from './chart-canvas.tsx';
import { ChartTable } from './chart-table.tsx';
import { type ChartMode, kindsOf, pointsOf } from './chart-model.ts';
import { MarkIcon, type MarkKind } from './run-mark.tsx';
import './chart.css';

const { chart: words } = strings.history;

const ORDER: readonly MarkKind[] = [
  'succeeded',
  'succeeded_no_data',
  'failed',
  'missed',
  'cancelled',
  'suppressed',
  'skipped',
  'running',
  'queued',
  'scheduled',
  'planned',
];

interface Props {
  readonly filter: { readonly job?: string | undefined; readonly source?: string | undefined; readonly type?: string | undefined };
  readonly onOpen: (id: string) => void;
}

/** What ran and what will run on one axis, with now in the middle. */
export function RunChart({ filter, onOpen }: Props) {
  const [axis, setAxis] = useState(() => axisAround(Date.now(), SPANS['7d']));
  const [hidden, setHidden] = useState<ReadonlySet<MarkKind>>(new Set());
  const [mode, setMode] = useState<ChartMode>('duration');
  const [asTable, setAsTable] = useState(false);
  const { data, error } = useRunTimeline({ ...filter, from: minute(axis.from), to: minute(axis.to) });
  const { ref, width } = useElementSize();
  const toggle = (kind: MarkKind) => setHidden((before) => toggled(before, kind));
  const points = data === undefined ? [] : pointsOf(data, hidden);
  return (
    <section className="udm-card udm-chart" aria-label={words.title}>
      <Controls axis={axis} onAxis={setAxis} mode={mode} onMode={setMode} />
      <ProblemAlert error={error} />
      {/* biome-ignore lint/a11y/useSemanticElements: a group of runs, no fields */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the axis is moved and zoomed by keyboard */}
      <div ref={ref} className="udm-chart-frame udm-focus" role="group" aria-label={words.help} tabIndex={0} onKeyDown={(event) => onKey(event, axis, setAxis)}>
        <ChartCanvas
          axis={axis}
          width={Math.max(280, width)}
          points={points}
          buckets={data?.buckets ?? []}
          mode={mode}
          now={data === undefined ? Date.now() : Date.parse(data.now)}
          onAxis={setAxis}
          onOpen={onOpen}
        />
      </div>
      <Legend kinds={data === undefined ? [] : kindsOf(data, ORDER)} hidden={hidden} onToggle={toggle} />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          {data !== undefined && <Summary timeline={data} axis={axis} />} {words.help}
        </Text>
        <Button size="compact-xs" variant="default" aria-expanded={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? words.noTable : words.table}
        </Button>
      </Group>
      {data !== undefined && data.buckets.length > 0 && <Text size="sm">{words.many}</Text>}
      {data?.plannedCut === true && <Text size="sm">{strings.history.planned.cut}</Text>}
      {asTable && <ChartTable points={points} buckets={data?.buckets ?? []} onOpen={onOpen} />}
    </section>
  );
}

function Controls({ axis, onAxis, mode, onMode }: { axis: Axis; onAxis: (axis: Axis) => void; mode: ChartMode; onMode: (mode: ChartMode) => void }) {
  const shown = spanNameOf(axis);
  const spans = [...Object.keys(SPANS), ...(shown === 'own' ? ['own'] : [])] as (SpanName | 'own')[];
  return (
    <Group gap="xs" mb={4}>
      <NativeSelect
        size="xs"
        aria-label={words.span}
        value={shown}
        data={spans.map((name) => ({ value: name, label: words.spans[name] }))}
        onChange={(event) => {
          const name = event.currentTarget.value;
          if (name in SPANS) onAxis(axisAround(Date.now(), SPANS[name as SpanName]));
        }}
      />
      <NativeSelect
        size="xs"
        aria-label={words.mode}
        value={mode}
        data={[
          { value: 'duration', label: `${words.mode}: ${words.duration}` },
          { value: 'concurrency', label: `${words.mode}: ${words.concurrency}` },
        ]}
        onChange={(event) => onMode(event.currentTarget.value as ChartMode)}
      />
      <Group gap={2}>
        <Step label={words.earlier} text="←" onClick={() => onAxis(move(axis, -0.5))} />
        <Step label={words.later} text="→" onClick={() => onAxis(move(axis, 0.5))} />
        <Step label={words.zoomIn} text="+" onClick={() => onAxis(zoom(axis, 0.5))} />
        <Step label={words.zoomOut} text="−" onClick={() => onAxis(zoom(axis, 2))} />
      </Group>
      <Button size="compact-xs" variant="default" onClick={() => onAxis(axisAround(Date.now(), axis.to - axis.from))}>
        {words.back}
      </Button>
    </Group>
  );
}

function Step({ label, text, onClick }: { label: string; text: string; onClick: () => void }) {
  return (
    <ActionIcon size="sm" variant="default" aria-label={label} title={label} onClick={onClick}>
      <span aria-hidden="true">{text}</span>
    </ActionIcon>
  );
}

/** What each shape means, and whether it is shown. */
function Legend({ kinds, hidden, onToggle }: { kinds: readonly MarkKind[]; hidden: ReadonlySet<MarkKind>; onToggle: (kind: MarkKind) => void }) {
  return (
    <Group gap={6} role="group" aria-label={words.shown}>
      {kinds.map((kind) => (
        <button key={kind} type="button" className="udm-legend udm-focus" aria-pressed={!hidden.has(kind)} onClick={() => onToggle(kind)}>
          <MarkIcon kind={kind} />
          {kind === 'planned' ? words.showPlanned : strings.status[kind]}
        </button>
      ))}
    </Group>
  );
}

function Summary({ timeline, axis }: { timeline: RunTimelineView; axis: Axis }) {
  const timeZone = useShownZone();
  const runs = timeline.runs.length + timeline.buckets.reduce((sum, one) => sum + one.count, 0);
  const at = (time: number) => fullTimeIn(timeZone, new Date(time).toISOString());
  return <>{words.summary(count(runs), count(timeline.planned.length), at(axis.from), at(axis.to))}.</>;
}

function onKey(event: KeyboardEvent, axis: Axis, onAxis: (axis: Axis) => void): void {
  // Keys on a run move among the runs.
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = axisAfter(event.key, axis);
  if (next === null) return;
  event.preventDefault();
  onAxis(next);
}

function axisAfter(key: string, axis: Axis): Axis | null {
  switch (key) {
    case '+':
    case '=':
      return zoom(axis, 0.5);
    case '-':
      return zoom(axis, 2);
    case '0':
      return axisAround(Date.now(), axis.to - axis.from);
    case 'ArrowLeft':
      return move(axis, -0.25);
    case 'ArrowRight':
      return move(axis, 0.25);
    default:
      return null;
  }
}

function toggled(before: ReadonlySet<MarkKind>, kind: MarkKind): ReadonlySet<MarkKind> {
  const next = new Set(before);
  if (!next.delete(kind)) next.add(kind);
  return next;
}

/** To the minute, so that one stretch of time is asked for once. */
function minute(time: number): string {
  return new Date(Math.round(time / 60_000) * 60_000).toISOString();
}
