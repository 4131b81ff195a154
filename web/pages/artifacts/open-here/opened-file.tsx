import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ByteSize } from '../../../components/byte-size.tsx';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { count } from '../../../format/numbers.ts';
import type { Opened, OpeningWords, Preview } from './messages.ts';
import type { Opener } from './use-opener.ts';

type Entry = Opened['entries'][number];

/** What is inside a file that was proved whole, to look at and to save. */
export function OpenedFile({ words, opened, opener }: { words: OpeningWords; opened: Opened; opener: Opener }) {
  const [shown, setShown] = useState<string | null>(null);
  const rows = opened.entries.reduce((sum, entry) => sum + (entry.rows ?? 0), 0);
  const preview = shown === null ? undefined : opened.previews.get(shown);
  const columns: readonly Column<Entry>[] = [
    { key: 'name', label: words.columns.name, cell: ({ name }) => <span style={{ overflowWrap: 'anywhere' }}>{name}</span> },
    { key: 'rows', label: words.columns.rows, number: true, cell: (entry) => (entry.rows === null ? words.none : count(entry.rows)) },
    { key: 'size', label: words.columns.size, number: true, cell: ({ bytes }) => <ByteSize bytes={bytes} /> },
    {
      key: 'actions',
      label: words.columns.actions,
      hideLabel: true,
      stays: true,
      cell: ({ name }) => (
        <div className="udm-actions">
          {opened.previews.has(name) && (
            <Button size="compact-sm" variant="default" aria-label={words.lookAt(name)} aria-expanded={shown === name} onClick={() => setShown(name)}>
              {words.look}
            </Button>
          )}
          <Button size="compact-sm" variant="default" aria-label={words.saveOf(name)} disabled={opener.working !== null} onClick={() => void opener.save(name)}>
            {words.save}
          </Button>
        </div>
      ),
    },
  ];
  return (
    <Stack>
      <Alert color="green" variant="light" title={words.good} role="status" styles={{ title: { color: 'var(--mantine-color-text)' } }}>
        <Text size="sm">{words.goodText(count(opened.entries.length), count(rows))}</Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {opened.signedBy === null ? words.notSigned : words.signedBy(opened.signedBy)}
        </Text>
      </Alert>
      <DataTable label={words.entries} columns={columns} rows={opened.entries} id={({ name }) => name} />
      {opened.entries.some(({ name }) => name.endsWith('.parquet')) && <Text size="sm">{words.parquet}</Text>}
      <div role="status">{opener.saved !== null && <Text size="sm">{words.saved(opener.saved)}</Text>}</div>
      {shown !== null && preview !== undefined && <Look words={words} name={shown} preview={preview} />}
      <Group>
        <Button variant="default" onClick={opener.reset}>
          {words.again}
        </Button>
      </Group>
    </Stack>
  );
}

function Look({ words, name, preview: { columns, rows } }: { words: OpeningWords; name: string; preview: Preview }) {
  if (rows.length === 0) return <Text size="sm">{words.nothingInside}</Text>;
  const numbered = rows.map((cells, index) => ({ id: String(index), cells }));
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {words.first(name)}
      </Title>
      <DataTable
        label={words.first(name)}
        columns={columns.map((label, index) => ({ key: label, label, cell: (row: (typeof numbered)[number]) => row.cells[index] ?? '' }))}
        rows={numbered}
        id={({ id }) => id}
      />
      <Text size="xs" c="dimmed">
        {words.firstHint}
      </Text>
    </Stack>
  );
}
