import { Button, Group, Text } from '@mantine/core';
import { strings } from '../strings.ts';

/** A filter that came with a link rather than from the filter row, and the way out of it. */
export function FilterChip({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <Group gap="xs" mb="md">
      <Text size="sm" fw={550}>
        {text}
      </Text>
      <Button size="compact-sm" variant="default" onClick={onClear}>
        {strings.filter.showAll}
      </Button>
    </Group>
  );
}
