// biome-ignore-all lint/a11y/useSemanticElements: a strip of cells in a flexible row is no table; the roles of a grid say what it is.
// biome-ignore-all lint/a11y/useFocusableInteractive: in a grid the cells take the focus, not the rows.
import { Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { type Ground, useCoverage } from '../../api/coverage.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { words } from './words.ts';
import { type Cell, cellsOf } from './calendar.ts';
import { axisLabels, cellTime } from './cell-words.ts';
import { cellState, type Piece, piecesOf } from './pieces.ts';
import { type Calendar, isSame, type Place } from './use-calendar.ts';

const DAY_MS = 86_400_000;

/** Where a selection began; a drag goes on from there until the button is let go, Shift also later. */
interface Anchor {
  readonly ground: Ground;
  readonly cell: Cell;
  readonly isDragged: boolean;
}

/** One row for each source and type. It is one stop of the Tab key: arrows move inside, with Shift they select. */
export function CoverageGrid({ calendar, grounds }: { calendar: Calendar; grounds: readonly Ground[] }) {
  const { cells, zoom } = calendar;
  const grid = useRef<HTMLDivElement>(null);
  const { place } = calendar;
  useFocusOnPlace(grid, calendar);
  const anchor = useRef<Anchor>(undefined);
  useWindowEvent('pointerup', () => {
    if (anchor.current !== undefined) anchor.current = { ...anchor.current, isDragged: false };
  });
  const active = place !== undefined && cells.some(({ date }) => date === place.date) ? place : undefined;
  return (
    <div className="udm-card udm-coverage">
      <Text size="sm" c="dimmed" id="coverage-hint" className="udm-coverage-hint">
        {words.gridHint}
      </Text>
      <div className="udm-coverage-row" aria-hidden="true">
        <span className="udm-coverage-name" />
        <span className="udm-coverage-cells udm-coverage-axis">
          {axisLabels(cells, zoom).map((label, index) => (
            <span key={cells[index]?.date}>{label !== '' && <span>{label}</span>}</span>
          ))}
        </span>
      </div>
      <div role="grid" ref={grid} aria-label={words.grid} aria-describedby="coverage-hint" aria-multiselectable="true">
        {grounds.map((ground, index) => (
          <Row
            key={`${ground.source} ${ground.type}`}
            ground={ground}
            above={grounds[index - 1]}
            below={grounds[index + 1]}
            calendar={calendar}
            anchor={anchor}
            stop={active === undefined ? (index === 0 ? cells.at(-1)?.date : undefined) : isSame(active.ground, ground) ? active.date : undefined}
          />
        ))}
      </div>
    </div>
  );
}

/** The cell where the keyboard goes takes the focus, also when it is shown only later; whoever works elsewhere keeps theirs. */
function useFocusOnPlace(grid: React.RefObject<HTMLDivElement | null>, { place, cells }: Calendar): void {
  const reached = useRef<Place>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cells decide whether it is there.
  useEffect(() => {
    const isNew = place !== reached.current;
    if (place === undefined || !(isNew || grid.current?.contains(document.activeElement))) return;
    const row = [...(grid.current?.children ?? [])].find((one) => one.getAttribute('data-row') === `${place.ground.source} ${place.ground.type}`);
    const cell = row?.querySelector<HTMLElement>(`[data-date="${place.date}"]`);
    if (!cell) return;
    reached.current = place;
    cell.focus();
  }, [place, cells]);
}

interface RowProps {
  readonly ground: Ground;
  readonly above: Ground | undefined;
  readonly below: Ground | undefined;
  readonly calendar: Calendar;
  readonly anchor: { current: Anchor | undefined };
  /** The cell that the Tab key stops at. */
  readonly stop: string | undefined;
}

function Row({ ground, above, below, calendar, anchor, stop }: RowProps) {
  const { cells, selected } = calendar;
  const { data, error } = useCoverage(ground, rangeOf(cells));
  const pieces = useMemo(() => (data === undefined ? [] : piecesOf(data)), [data]);
  const name = words.row(ground.source, ground.type);
  const isHere = () => anchor.current !== undefined && isSame(anchor.current.ground, ground);
  /** From where the selection of this row began, else from `start`. */
  const extend = (start: Cell, cell: Cell, isDragged = false) => {
    const first = (isHere() && anchor.current?.cell) || start;
    anchor.current = { ground, cell: first, isDragged };
    calendar.select(ground, { from: Math.min(first.from, cell.from), to: Math.max(first.to, cell.to) });
  };
  const begin = (cell: Cell, isDragged = false) => {
    anchor.current = { ground, cell, isDragged };
    calendar.select(ground, cell);
  };
  const leave = () => {
    anchor.current = undefined;
  };
  const onKey = (event: KeyboardEvent, cell: Cell) => onCellKey(event, { cell, ground, above, below, calendar, begin, extend, leave });
  const isIn = (cell: Cell) => selected !== undefined && isSame(selected.ground, ground) && cell.from < selected.to && cell.to > selected.from;
  return (
    <div role="row" className="udm-coverage-row" data-row={`${ground.source} ${ground.type}`}>
      <span role="rowheader" className="udm-coverage-name">
        {name}
      </span>
      {error === null && (
        <span className="udm-coverage-cells" role="presentation">
          {cells.map((cell) => (
            <CellBox
              key={cell.date}
              cell={cell}
              pieces={pieces}
              isRead={data !== undefined}
              calendar={calendar}
              isChosen={isIn(cell)}
              isStop={stop === cell.date}
              onKey={(event) => onKey(event, cell)}
              onPress={(event) => {
                calendar.setPlace({ ground, date: cell.date });
                if (event.shiftKey) extend(cell, cell, true);
                else begin(cell, true);
              }}
              onDrag={() => isHere() && anchor.current?.isDragged && extend(cell, cell, true)}
            />
          ))}
        </span>
      )}
      {error !== null && (
        <span role="gridcell" className="udm-coverage-error">
          <ProblemAlert error={error} title={words.refused(name)} />
        </span>
      )}
    </div>
  );
}

interface CellProps {
  readonly cell: Cell;
  readonly pieces: readonly Piece[];
  readonly isRead: boolean;
  readonly calendar: Calendar;
  readonly isChosen: boolean;
  readonly isStop: boolean;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onPress: (event: PointerEvent) => void;
  readonly onDrag: () => void;
}

function CellBox({ cell, pieces, isRead, calendar, isChosen, isStop, onKey, onPress, onDrag }: CellProps) {
  const { state, mixed } = cellState(pieces, cell);
  const what = mixed ? words.mixed(words.state[state]) : words.state[state];
  const label = words.cell(cellTime(cell, calendar.zoom), isRead ? what : strings.app.loading);
  return (
    <span
      role="gridcell"
      tabIndex={isStop ? 0 : -1}
      className="udm-coverage-cell"
      data-date={cell.date}
      data-state={isRead ? state : 'loading'}
      data-mixed={mixed}
      aria-selected={isChosen}
      aria-label={label}
      title={label}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.releasePointerCapture(event.pointerId);
        onPress(event);
      }}
      onPointerEnter={(event) => event.buttons === 1 && onDrag()}
    />
  );
}

interface KeyFacts {
  readonly cell: Cell;
  readonly ground: Ground;
  readonly above: Ground | undefined;
  readonly below: Ground | undefined;
  readonly calendar: Calendar;
  readonly begin: (cell: Cell) => void;
  readonly extend: (start: Cell, cell: Cell) => void;
  readonly leave: () => void;
}

function onCellKey(event: KeyboardEvent, { cell, ground, above, below, calendar, begin, extend, leave }: KeyFacts): void {
  const sideways = { ArrowLeft: -1, ArrowRight: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key];
  const other = event.key === 'ArrowUp' ? above : event.key === 'ArrowDown' ? below : undefined;
  if (sideways !== undefined) {
    const target = beside(cell, sideways, calendar);
    if (event.shiftKey) extend(cell, target);
    else leave();
    if (!calendar.cells.some(({ date }) => date === target.date)) calendar.move(sideways < 0 ? -1 : 1);
    calendar.setPlace({ ground, date: target.date });
  } else if (other !== undefined) {
    leave();
    calendar.setPlace({ ground: other, date: cell.date });
  } else if (event.key === 'Enter' || event.key === ' ') begin(cell);
  else if (event.key === 'Escape') calendar.clear();
  else return;
  event.preventDefault();
}

/** The cell to one side, which may not be shown yet. */
function beside(cell: Cell, steps: number, { cells, zoom, zone, isNarrow }: Calendar): Cell {
  const index = cells.indexOf(cell);
  if (!Number.isFinite(steps)) return (steps < 0 ? cells[0] : cells.at(-1)) ?? cell;
  const near = cells[index + steps];
  if (near !== undefined) return near;
  // Half a day to either side of a border lies in the neighbour, whatever the clocks do.
  const day = new Date(
    (steps < 0 ? Date.parse(cell.date) - DAY_MS : Date.parse(cell.date) + (zoom === 'month' ? 31 : zoom === 'week' ? 7 : 1) * DAY_MS) + DAY_MS / 2,
  );
  return cellsOf(zoom, day.toISOString().slice(0, 10), zone, isNarrow).at(-1) ?? cell;
}

/** What is asked of the server: somewhat more than is shown, so that a step to the side asks nothing new. */
function rangeOf(cells: readonly Cell[]): { from: string; to: string } {
  const year = (instant: number, more: number) => `${new Date(instant).getUTCFullYear() + more}-01-01T00:00:00Z`;
  return { from: year(cells[0]?.from ?? 0, -1), to: year(cells.at(-1)?.to ?? 0, 2) };
}
