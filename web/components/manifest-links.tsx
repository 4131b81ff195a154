import { Anchor, Group } from '@mantine/core';
import { strings } from '../strings.ts';

const { manifest: words } = strings.history;

/** Saves the signed manifest of a run, and its signature, as `udm verify` wants them beside the files. */
export function ManifestLinks({ runId }: { runId: string }) {
  const address = `/api/runs/${runId}/manifest`;
  return (
    <Group gap="md">
      <Anchor size="sm" underline="always" href={address} download>
        {words.save}
      </Anchor>
      <Anchor size="sm" underline="always" href={`${address}/signature`} download>
        {words.signature}
      </Anchor>
    </Group>
  );
}
