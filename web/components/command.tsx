import { Group, Text } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

/** A command to copy, with what it does above it. */
export function Command({ title, what, text }: { title: string; what: string; text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text size="sm" fw={550}>
          {title}
        </Text>
        <CopyButton text={text} what={what} />
      </Group>
      <code className="udm-code udm-command">{text}</code>
    </div>
  );
}
