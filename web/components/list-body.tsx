import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';
import { EmptyState } from './empty-state.tsx';
import { ProblemAlert } from './problem-alert.tsx';

interface Page<Row> {
  readonly items: readonly Row[];
  readonly total: { readonly count: number; readonly exact: boolean };
  readonly next: string | null;
  readonly previous: string | null;
}

interface Props<Row> {
  readonly query: UseQueryResult<Page<Row>>;
  readonly filtered: boolean;
  readonly onClear: () => void;
  /** Goes to the page of this cursor; undefined is the first. */
  readonly onPage: (cursor: string | undefined) => void;
  readonly empty: ReactNode;
  readonly words: readonly [one: string, many: string];
  readonly children: (rows: readonly Row[]) => ReactNode;
}

/** The five faces of a list: loading, refused, nothing there yet, nothing matches, rows with pages. */
export function ListBody<Row>({ query, filtered, onClear, onPage, empty, words, children }: Props<Row>) {
  const { data, error, isPending, refetch } = query;
  if (isPending) return <Loading />;
  if (error !== null && data === undefined) return <Refused error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.total.count === 0 && filtered) return <NothingMatches onClear={onClear} />;
  if (data.total.count === 0) return empty;
  return (
    <Stack gap="sm">
      {error !== null && <Refused error={error} onRetry={() => void refetch()} />}
      {children(data.items)}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {strings.table.count(data.total, words[0], words[1])}
        </Text>
        {(data.previous !== null || data.next !== null) && (
          <Group component="nav" gap="xs" aria-label={strings.table.pages}>
            <Button size="compact-sm" variant="default" disabled={data.previous === null} onClick={() => onPage(undefined)}>
              {strings.table.page.first}
            </Button>
            <Button size="compact-sm" variant="default" disabled={data.previous === null} onClick={() => onPage(data.previous ?? undefined)}>
              {strings.table.page.previous}
            </Button>
            <Button size="compact-sm" variant="default" disabled={data.next === null} onClick={() => onPage(data.next ?? undefined)}>
              {strings.table.page.next}
            </Button>
          </Group>
        )}
      </Group>
    </Stack>
  );
}

export function Loading() {
  return (
    <Group justify="center" py={64} role="status" aria-label={strings.app.loading}>
      <Loader />
    </Group>
  );
}

function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <ProblemAlert
      error={error}
      action={
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {strings.app.retry}
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
