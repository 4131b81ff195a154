import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../api/queries.ts';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { words } from '../../../components/account/words.ts';

/** What keeps the person's account theirs. */
export function SignInSections() {
  return (
    <Stack gap="lg">
      <SecondFactor />
      <Sessions />
      {useMay('settings.change') && <ElsewhereForAll />}
    </Stack>
  );
}

/** It stood here once. */
function ElsewhereForAll() {
  return (
    <Text size="sm">
      {words.tenant.elsewhere}{' '}
      <Anchor underline="always" renderRoot={(props) => <Link {...props} to="/settings" hash="sign-in" />}>
        {words.tenant.title}
      </Anchor>
    </Text>
  );
}
