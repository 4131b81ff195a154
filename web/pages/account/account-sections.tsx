import { Stack, Text, Title } from '@mantine/core';
import { useSession } from '../../api/queries.ts';
import { peopleWords } from '../../own-people-words.ts';
import { ChangePassword } from './change-password.tsx';
import { Tokens } from './tokens.tsx';

const { password: words } = peopleWords;

/** What of the preferences is the person's own account. */
export function AccountSections() {
  const { method } = useSession();
  return (
    <>
      <Tokens />
      {method === 'password' && (
        <Stack className="udm-card" p="lg" component="section" aria-label={words.title}>
          <div>
            <Title order={2} size="h4">
              {words.title}
            </Title>
            <Text size="sm" c="dimmed">
              {words.lead}
            </Text>
          </div>
          <ChangePassword />
        </Stack>
      )}
    </>
  );
}
