import { Stack } from '@mantine/core';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

/** What keeps the person's account theirs. */
export function AccountSections() {
  return (
    <Stack gap="lg">
      <SecondFactor />
      <Sessions />
    </Stack>
  );
}
