import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly icon?: ReactNode;
  readonly title: string;
  /** 1 where it is the whole page. */
  readonly order?: 1 | 2;
  readonly text: string;
  readonly action?: ReactNode;
}

/** What an empty page says: what it is for and what to do. */
export function EmptyState({ icon, title, order = 2, text, action }: Props) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center" className="udm-card">
      {icon !== undefined && (
        <Text c="dimmed" component="span">
          {icon}
        </Text>
      )}
      <Title order={order} size="h3">
        {title}
      </Title>
      <Text c="dimmed" maw={460}>
        {text}
      </Text>
      {action !== undefined && <div style={{ marginTop: 12 }}>{action}</div>}
    </Stack>
  );
}
