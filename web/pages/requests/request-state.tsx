import { Text } from '@mantine/core';
import type { DataRequestView } from '../../../src/contract/data-request.ts';
import { words } from './words.ts';

/** The state in words; what stands still says so. */
export function RequestState({ request: { state, error } }: { request: Pick<DataRequestView, 'state' | 'error'> }) {
  return (
    <>
      {words.states[state]}
      {error !== null && state !== 'ambiguous' && (
        <Text component="span" size="sm" c="var(--mantine-color-error)">
          {` (${words.failed})`}
        </Text>
      )}
    </>
  );
}
