import { Alert, Button, Text } from '@mantine/core';
import { strings } from '../../strings.ts';

const { editor: words } = strings;

/** Somebody saved the job after this form was filled from it: nothing is overwritten unseen. */
export function EditConflict({ onReload }: { onReload: () => void }) {
  return (
    <Alert color="red" variant="light" title={words.conflict} role="alert">
      <Text size="sm">{words.conflictText}</Text>
      <Button mt="sm" size="xs" variant="default" onClick={onReload}>
        {words.loadCurrent}
      </Button>
    </Alert>
  );
}
