import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { strings } from '../strings.ts';

interface Props {
  readonly title: string;
  readonly lead?: string;
  /** How many rows the list below has, where it is one. */
  readonly total?: { readonly count: number; readonly exact: boolean } | undefined;
  readonly children?: ReactNode;
}

/** The first page is read from its beginning; of every later one the heading comes first. */
let isFirst = true;

/** The heading of a page, its one sentence and its actions; also names the browser tab, and takes the focus when one has come to the page. */
export function PageHeader({ title, lead, total, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – ${strings.app.name}`;
  }, [title]);
  useEffect(() => {
    const { activeElement } = document;
    const isBusy = activeElement !== null && document.getElementById('main')?.contains(activeElement) === true && activeElement.id !== 'main';
    if (!isFirst && !isBusy) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <Group justify="space-between" align="flex-end" mb="lg" gap="md">
      <div>
        <Title order={1} size="h2" ref={heading} tabIndex={-1}>
          {title}{' '}
          {total !== undefined && (
            <Text component="span" c="dimmed" fw={400}>
              {strings.table.heading(total)}
            </Text>
          )}
        </Title>
        {lead !== undefined && (
          <Text c="dimmed" mt={4}>
            {lead}
          </Text>
        )}
      </div>
      {children}
    </Group>
  );
}
