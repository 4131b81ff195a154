import { Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { PageHeader } from '../page-header.tsx';
import { FactorSetUp } from './factor-set-up.tsx';
import { words } from './words.ts';

const { factor } = words;

/** The one thing that can be done while the tenant wants a second factor that is not there. */
export function MissingFactor() {
  const client = useQueryClient();
  return (
    <>
      <PageHeader title={factor.missingTitle} />
      <Stack className="udm-card" p="lg" maw={640}>
        <Text size="sm">{factor.missingText}</Text>
        <FactorSetUp onDone={() => void client.invalidateQueries()} />
      </Stack>
    </>
  );
}
