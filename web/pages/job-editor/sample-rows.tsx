import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useSample } from '../../api/trial.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { SampleTable } from '../../components/sample-table.tsx';
import { strings } from '../../strings.ts';

const { trial: words } = strings;

/** Some rows of one entity type, read when the person asks for them. What is masked was masked in the source. */
export function SampleRows({ source, type, entityType }: { source: string; type: string; entityType: string }) {
  const sample = useSample();
  const rows = sample.data?.entityTypes[0]?.rows;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {words.sampleNote}
      </Text>
      <Group>
        <Button size="xs" variant="default" disabled={sample.isPending} onClick={() => sample.mutate({ source, type, entityType })}>
          {rows === undefined ? words.take : words.takeAgain}
        </Button>
        {sample.isPending && (
          <Group gap="xs" role="status">
            <Loader size="xs" />
            <Text size="sm">{words.taking}</Text>
          </Group>
        )}
      </Group>
      <ProblemAlert error={sample.error} />
      {rows !== undefined && rows.length === 0 && <Text size="sm">{words.noRows}</Text>}
      {rows !== undefined && rows.length > 0 && <SampleTable entityType={entityType} rows={rows} />}
    </Stack>
  );
}
