import './lists.css';
import { Button, Group, Loader, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import type { ListState } from '../list-state.ts';
import { strings } from '../strings.ts';
import { EmptyState } from './empty-state.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import { useSteadyRows } from './use-steady-rows.ts';

export interface ListPage<Row> {
  readonly items: Row[];
  readonly total: { readonly count: number; readonly exact: boolean };
  readonly next: string | null;
  readonly previous: string | null;
}

interface Props<Row> {
  readonly query: UseQueryResult<ListPage<Row>>;
  readonly state: ListState;
  readonly empty: ReactNode;
  readonly words: readonly [one: string, many: string];
  readonly children: (rows: readonly Row[]) => ReactNode;
}

/** The five faces of a list: loading, refused, nothing there yet, nothing matches, rows with the ways to the next and previous. */
export function ListBody<Row extends { readonly id: string }>({ query, state, empty, words, children }: Props<Row>) {
  const { data, error, isPending, refetch } = query;
  useFirstPageWhenShort(query.isPlaceholderData ? undefined : data, state);
  if (isPending) return <SkeletonRows />;
  if (error !== null && data === undefined) return <Refused error={error} state={state} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.total.count === 0 && state.filtered) return <NothingMatches onClear={state.clearFilters} />;
  if (data.total.count === 0) return empty;
  return (
    <Stack gap="sm">
      {error !== null && <Refused error={error} state={state} onRetry={() => void refetch()} />}
      <Rows data={data} state={state} waiting={query.isPlaceholderData}>
        {children}
      </Rows>
      <Pager data={data} state={state} words={words} waiting={query.isPlaceholderData} />
    </Stack>
  );
}

interface RowsProps<Row> {
  readonly data: ListPage<Row>;
  readonly state: ListState;
  /** What shows answers the question before. */
  readonly waiting: boolean;
  readonly children: (rows: readonly Row[]) => ReactNode;
}

function Rows<Row extends { readonly id: string }>({ data, state, waiting, children }: RowsProps<Row>) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  // The answer to a new question is another one than the old answer that stands in for it.
  const steady = useSteadyRows(data, `${waiting} ${JSON.stringify(state.query)}`, pointed || focused);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that somebody is at the list
    <div
      className="udm-steady"
      aria-busy={waiting}
      style={waiting ? { opacity: 0.6 } : undefined}
      // For React a menu or dialog of a row is in the list; who is in one of them is not at the list.
      onMouseOver={(event) => setPointed(event.currentTarget.contains(event.target as Node))}
      onMouseOut={(event) => setPointed(event.currentTarget.contains(event.relatedTarget as Node | null))}
      onFocus={(event) => setFocused(event.currentTarget.contains(event.target))}
      onBlur={(event) => setFocused(event.currentTarget.contains(event.relatedTarget))}
    >
      <div role="status" className="udm-held">
        {steady.held && (
          <>
            <Text size="sm">{strings.table.changed}</Text>
            <Button size="compact-sm" variant="default" onClick={steady.release}>
              {strings.table.showChanges}
            </Button>
          </>
        )}
      </div>
      {children(steady.data.items)}
    </div>
  );
}

interface PagerProps<Row> {
  readonly data: ListPage<Row>;
  readonly state: ListState;
  readonly words: readonly [one: string, many: string];
  /** The page that was asked for is not there yet: from the old one nobody goes on. */
  readonly waiting: boolean;
}

function Pager<Row>({ data, state, words, waiting }: PagerProps<Row>) {
  const { first, previous, next } = strings.table.page;
  return (
    <Group justify="space-between" className="udm-pager">
      <Text size="sm" c="dimmed">
        {strings.table.count(data.total, words[0], words[1])}
      </Text>
      {(data.previous !== null || data.next !== null) && (
        <Group component="nav" gap="xs" aria-label={strings.table.pages}>
          <PageButton label={first} off={state.search.cursor === undefined} onClick={() => state.goTo(undefined)} />
          <PageButton label={previous} off={waiting || data.previous === null} onClick={() => state.goTo(data.previous ?? undefined)} />
          <PageButton label={next} off={waiting || data.next === null} onClick={() => state.goTo(data.next ?? undefined)} />
        </Group>
      )}
    </Group>
  );
}

/** Stays focusable when there is nowhere to go, so that the focus is not lost at the last page. */
function PageButton({ label, off, onClick }: { label: string; off: boolean; onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" aria-disabled={off} data-disabled={off || undefined} onClick={() => !off && onClick()}>
      {label}
    </Button>
  );
}

/** Going back to the beginning may end in a page with few rows, when rows went meanwhile: the first page itself is shown instead. */
function useFirstPageWhenShort(data: ListPage<unknown> | undefined, state: ListState): void {
  const short = state.search.cursor !== undefined && data !== undefined && data.previous === null;
  useEffect(() => {
    if (short) state.goTo(undefined, true);
  });
}

export function Loading() {
  return (
    <Group justify="center" py={64} role="status" aria-label={strings.app.loading}>
      <Loader />
    </Group>
  );
}

/** Where the rows will stand. */
function SkeletonRows() {
  return (
    <div className="udm-card" role="status" aria-label={strings.app.loading}>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
        <div key={row} className="udm-skeleton-row">
          {['1', '2', '3', '4', '5'].map((cell) => (
            <Skeleton key={cell} height={12} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Refused({ error, state, onRetry }: { error: unknown; state: ListState; onRetry: () => void }) {
  const lost = error instanceof ApiProblem && error.fields.some((field) => field.code === 'cursor.invalid');
  return (
    <ProblemAlert
      error={error}
      action={
        <Button mt="sm" size="xs" variant="default" onClick={lost ? () => state.goTo(undefined, true) : onRetry}>
          {lost ? strings.table.page.first : strings.app.retry}
        </Button>
      }
    />
  );
}

function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      title={strings.filter.nothing}
      text={strings.filter.nothingText}
      action={
        <Button variant="default" onClick={onClear}>
          {strings.filter.clear}
        </Button>
      }
    />
  );
}
