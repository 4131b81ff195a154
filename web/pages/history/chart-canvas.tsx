import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { RunTimelineView } from '../../../src/contract/run-timeline.ts';
import { count } from '../../format/numbers.ts';
import { dateTimeIn, duration, fullTimeIn } from '../../format/time.ts';
import { useShownZone } from '../../shown-zone.ts';
import { strings } from '../../strings.ts';
import { type Axis, concurrencyOf, heightOf, ticksOf, zoomTo } from './axis.ts';
import type { ChartMode, ChartPoint } from './chart-model.ts';
import { RunMark } from './run-mark.tsx';

const { chart: words } = strings.history;

const HEIGHT = 190;
const TOP = 18;
const BOTTOM = HEIGHT - 28;
const TICK_WIDTH = 120;

interface Props {
  readonly axis: Axis;
  readonly width: number;
  readonly points: readonly ChartPoint[];
  readonly buckets: RunTimelineView['buckets'];
  readonly mode: ChartMode;
  readonly now: number;
  readonly onAxis: (axis: Axis) => void;
  readonly onOpen: (id: string) => void;
}

/** The drawing: ticks, the line of now, and the runs; dragging over it zooms. */
export function ChartCanvas({ axis, width, points, buckets, mode, now, onAxis, onOpen }: Props) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const x = (at: number) => ((at - axis.from) / (axis.to - axis.from)) * width;
  const partOf = (event: PointerEvent<SVGSVGElement>) => (event.clientX - event.currentTarget.getBoundingClientRect().left) / width;
  const end = () => {
    const next = drag && zoomTo(axis, drag.from, drag.to);
    if (next) onAxis(next);
    setDrag(null);
  };
  return (
    <svg
      width={width}
      height={HEIGHT}
      className="udm-chart-canvas"
      onPointerDown={(event) => {
        if (event.button === 0) setDrag({ from: partOf(event), to: partOf(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: partOf(event) })}
      onPointerUp={end}
      onPointerLeave={() => setDrag(null)}
    >
      <title>{words.title}</title>
      <Ticks axis={axis} width={width} x={x} />
      <Now x={x(now)} />
      {mode === 'concurrency' && buckets.length === 0 && <Concurrency points={points} x={x} />}
      {buckets.length > 0 ? <Buckets buckets={buckets} x={x} /> : <Dots points={points} mode={mode} x={x} axis={axis} onOpen={onOpen} />}
      {drag !== null && (
        <rect className="udm-chart-drag" x={Math.min(drag.from, drag.to) * width} y={TOP} width={Math.abs(drag.to - drag.from) * width} height={BOTTOM - TOP} />
      )}
    </svg>
  );
}

function Ticks({ axis, width, x }: { axis: Axis; width: number; x: (at: number) => number }) {
  const timeZone = useShownZone();
  return (
    <g className="udm-chart-ticks">
      <line x1={0} x2={width} y1={BOTTOM} y2={BOTTOM} />
      <text x={width - 4} y={12} textAnchor="end">
        {timeZone}
      </text>
      {ticksOf(axis, Math.max(2, Math.floor(width / TICK_WIDTH))).map((at) => {
        const [day, time] = dateTimeIn(timeZone, new Date(at).toISOString()).split(', ');
        const place = x(at);
        // A label at the very edge would be cut.
        if (place < 40 || place > width - 40) return <line key={at} x1={place} x2={place} y1={TOP} y2={BOTTOM} />;
        return (
          <g key={at}>
            <line x1={place} x2={place} y1={TOP} y2={BOTTOM} />
            <text x={place} y={HEIGHT - 15} textAnchor="middle">
              {time}
            </text>
            <text x={place} y={HEIGHT - 2} textAnchor="middle">
              {day}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Now({ x }: { x: number }) {
  return (
    <g className="udm-chart-now">
      <line x1={x} x2={x} y1={TOP} y2={BOTTOM} />
      <text x={x} y={12} textAnchor="middle">
        {words.now}
      </text>
    </g>
  );
}

interface DotsProps {
  readonly points: readonly ChartPoint[];
  readonly mode: ChartMode;
  readonly x: (at: number) => number;
  readonly axis: Axis;
  readonly onOpen: (id: string) => void;
}

/** One stop of the keyboard for all of them; the arrow keys go from one to the next, Enter opens. */
function Dots({ points, mode, x, axis, onOpen }: DotsProps) {
  const timeZone = useShownZone();
  const [current, setCurrent] = useState<string | null>(null);
  const group = useRef<SVGGElement>(null);
  const shown = points.filter((point) => point.at >= axis.from && point.at < axis.to);
  const longest = Math.max(1, ...shown.map((point) => point.seconds ?? 0));
  const stop = shown.some((point) => point.key === current) ? current : (shown[0]?.key ?? null);
  const go = (event: KeyboardEvent, place: number, point: ChartPoint) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const next = shown[place + by];
      if (next === undefined) return;
      setCurrent(next.key);
      (group.current?.children[place + by] as SVGElement | undefined)?.focus();
    }
    if ((event.key === 'Enter' || event.key === ' ') && point.runId !== null) {
      event.preventDefault();
      onOpen(point.runId);
    }
  };
  return (
    <g ref={group}>
      {shown.map((point, place) => {
        const label = labelOf(point, timeZone);
        const y = mode === 'concurrency' ? BOTTOM - 8 : BOTTOM - 8 - heightOf(point.seconds ?? 0, longest) * (BOTTOM - TOP - 18);
        return (
          // biome-ignore lint/a11y/useSemanticElements: there is no button inside a drawing
          <g
            key={point.key}
            role="button"
            className="udm-chart-dot"
            tabIndex={point.key === stop ? 0 : -1}
            aria-label={label}
            aria-disabled={point.runId === null || undefined}
            onFocus={() => setCurrent(point.key)}
            onKeyDown={(event) => go(event, place, point)}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={() => point.runId !== null && onOpen(point.runId)}
          >
            <title>{label}</title>
            <circle cx={x(point.at)} cy={y} r={11} className="udm-chart-hit" />
            <RunMark kind={point.kind} x={x(point.at)} y={y} />
          </g>
        );
      })}
    </g>
  );
}

/** A run in one sentence. */
export function labelOf(point: ChartPoint, timeZone: string): string {
  const at = fullTimeIn(timeZone, new Date(point.at).toISOString());
  if (point.kind === 'planned') return words.plannedDot(point.title, at);
  return words.dot(point.title, strings.status[point.kind], at, point.seconds === null ? words.notStarted : duration(point.seconds));
}

/** How many run at once, as steps. */
function Concurrency({ points, x }: { points: readonly ChartPoint[]; x: (at: number) => number }) {
  const steps = concurrencyOf(points.flatMap((point) => point.stretch ?? []));
  const most = Math.max(1, ...steps.map((step) => step.count));
  const y = (value: number) => BOTTOM - (value / most) * (BOTTOM - TOP - 10);
  const path = steps.map((step, place) => `${place === 0 ? `M${x(step.at)},${BOTTOM}` : ''} H${x(step.at)} V${y(step.count)}`).join(' ');
  return (
    <g>
      <path className="udm-chart-steps" d={path} />
      <text className="udm-chart-most" x={4} y={TOP + 6}>
        {`${words.atOnce}: ${count(most)}`}
      </text>
    </g>
  );
}

/** So many that they are counted: a bar for each stretch, its failed and missed part marked. */
function Buckets({ buckets, x }: { buckets: RunTimelineView['buckets']; x: (at: number) => number }) {
  const timeZone = useShownZone();
  const most = Math.max(1, ...buckets.map((one) => one.count));
  return (
    <g>
      {buckets.map((one) => {
        const [left, right] = [x(Date.parse(one.from)), x(Date.parse(one.to))];
        const height = (value: number) => (value / most) * (BOTTOM - TOP - 10);
        const bad = (one.statuses['failed'] ?? 0) + (one.statuses['missed'] ?? 0);
        return (
          <g key={one.from}>
            <title>{words.bucket(count(one.count), fullTimeIn(timeZone, one.from), fullTimeIn(timeZone, one.to))}</title>
            <rect className="udm-chart-bar" x={left} width={Math.max(1, right - left - 1)} y={BOTTOM - height(one.count)} height={height(one.count)} />
            <rect className="udm-chart-bad" x={left} width={Math.max(1, right - left - 1)} y={BOTTOM - height(bad)} height={height(bad)} />
          </g>
        );
      })}
    </g>
  );
}
