import { Stack } from '@mantine/core';
import { useSession } from '../../../api/queries.ts';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { TenantSignIn } from './tenant-sign-in.tsx';

/** What keeps the person's account theirs. */
export function SignInSections() {
  const { actions } = useSession();
  return (
    <Stack gap="lg">
      <SecondFactor />
      <Sessions />
      {actions.includes('settings.change') && <TenantSignIn />}
    </Stack>
  );
}
