import { Stack } from '@mantine/core';
import { PageHeader } from '../../components/page-header.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { ChangePassword } from './change-password.tsx';

const { password: words } = peopleWords;

/** All there is for a person whose password somebody else made. */
export function FirstPasswordPage() {
  return (
    <>
      <PageHeader title={words.forcedTitle} lead={words.forcedLead} />
      <Stack className="udm-card" p="lg">
        <ChangePassword />
      </Stack>
    </>
  );
}
