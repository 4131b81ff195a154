import { useMediaQuery } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Ground, readAllCoverage } from '../../api/coverage.ts';
import { useShownZone } from '../../shown-zone.ts';
import { type Cell, cellsOf, endAround, isDate, movedEnd, usualEnd, ZOOMS, type Zoom } from './calendar.ts';
import { gapBeside, gapsOf, piecesOf, type Stretch } from './pieces.ts';

/** A chosen stretch of one source and type. */
export interface Selected extends Stretch {
  readonly ground: Ground;
}

export interface Place {
  readonly ground: Ground;
  readonly date: string;
}

/** What the page shows of the calendar, and what is selected: all of it stands in the address. */
export function useCalendar() {
  const search = useSearch({ from: '/shell/coverage' });
  const navigate = useNavigate({ from: '/coverage' });
  const client = useQueryClient();
  const zone = useShownZone();
  const isNarrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const [today] = useState(() => Date.now());
  const zoom: Zoom = ZOOMS.find((one) => one === search.zoom) ?? 'day';
  const end = isDate(search.end) ? search.end : usualEnd(zoom, today, zone);
  const cells = useMemo(() => cellsOf(zoom, end, zone, isNarrow), [zoom, end, zone, isNarrow]);
  const selected = selectedOf(search);
  /** Where the keyboard stands; its cell takes the focus. */
  const [place, setPlace] = useState<Place>();

  /** On top of what the address says by then: one key may change it twice before it is drawn again. */
  const go = (change: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const select = (ground: Ground, span: Stretch, change: Partial<typeof search> = {}) =>
    go({ ...change, source: ground.source, type: ground.type, from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() });

  /** Selects the next gap of a row, and shows it; false when there is none. */
  const jump = async (ground: Ground, direction: 'next' | 'previous'): Promise<boolean> => {
    const from = startOf(selected, place, cells, ground);
    const gap = gapBeside(gapsOf(piecesOf(await readAllCoverage(client, ground))), from, direction);
    if (gap === undefined) return false;
    const isShown = cells.some((cell) => cell.from <= gap.from && gap.from < cell.to);
    const around = isShown ? end : endAround(zoom, gap.from, cells.length, zone);
    const cell = cellsOf(zoom, around, zone, isNarrow).find((one) => one.from <= gap.from && gap.from < one.to);
    select(ground, gap, isShown ? {} : { end: around });
    if (cell !== undefined) setPlace({ ground, date: cell.date });
    return true;
  };

  return {
    zone,
    zoom,
    end,
    cells,
    isNarrow,
    selected,
    place,
    setPlace,
    select,
    jump,
    clear: () => go({ source: undefined, type: undefined, from: undefined, to: undefined }),
    setZoom: (next: Zoom) => go({ zoom: next === 'day' ? undefined : next, end: undefined }),
    move: (direction: 1 | -1) => go({ end: movedEnd(zoom, end, cells.length, direction) }),
    toToday: () => go({ end: undefined }),
  };
}

export type Calendar = ReturnType<typeof useCalendar>;

function selectedOf({ source, type, from, to }: { source?: string; type?: string; from?: string; to?: string }): Selected | undefined {
  const span = { from: Date.parse(from ?? ''), to: Date.parse(to ?? '') };
  return source !== undefined && type !== undefined && span.from < span.to ? { ground: { source, type }, ...span } : undefined;
}

/** From what is selected, else from where the keyboard stands, else from the end of what is shown. */
function startOf(selected: Selected | undefined, place: Place | undefined, cells: readonly Cell[], ground: Ground): Stretch {
  if (selected !== undefined && isSame(selected.ground, ground)) return selected;
  const at = cells.find(({ date }) => place !== undefined && isSame(place.ground, ground) && date === place.date);
  const edge = at?.from ?? cells.at(-1)?.to ?? 0;
  return { from: edge, to: edge };
}

export function isSame(one: Ground, other: Ground): boolean {
  return one.source === other.source && one.type === other.type;
}
