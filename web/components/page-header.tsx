import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { strings } from '../strings.ts';

/** The heading of a page, its one sentence and its actions; also names the browser tab. */
export function PageHeader({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} – ${strings.app.name}`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-end" mb="lg" gap="md">
      <div>
        <Title order={1} size="h2">
          {title}
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
