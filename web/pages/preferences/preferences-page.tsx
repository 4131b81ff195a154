import './preferences.css';
import { Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useCertificates, useMay } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { KeyIcon } from '../../components/icons.tsx';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { AccountSections } from '../account/account-sections.tsx';
import { CertificateTable } from './certificate-table.tsx';
import { Look } from './look.tsx';
import { MailNotices } from './notices/mail-notices.tsx';
import { SigningKeys } from './signing-keys.tsx';
import { UploadCertificate } from './upload-certificate.tsx';

const { preferences: words } = strings;

const SignInSections = lazySections();

/** About the person's own sign-in; loaded after the certificates. */
function lazySections() {
  const Sections = lazy(() => import('./account/sign-in-sections.tsx').then((module) => ({ default: module.SignInSections })));
  return () => (
    <Suspense fallback={null}>
      <Sections />
    </Suspense>
  );
}

export function PreferencesPage() {
  return (
    <>
      <PageHeader title={words.title} />
      <Stack gap="lg">
        {useMay('certificates.see') && <Certificates />}
        <AccountSections />
        <SignInSections />
        <MailNotices />
        <SigningKeys />
        <Look />
      </Stack>
    </>
  );
}

function Certificates() {
  const { data, error } = useCertificates();
  const mayChange = useMay('certificates.change');
  return (
    <>
      <div>
        <Title order={2} size="h3">
          {words.certificates}
        </Title>
        <Text c="dimmed" mt={4} maw={760}>
          {words.lead}
        </Text>
      </div>
      <ProblemAlert error={error} />
      {data === undefined && error === null && <Loading />}
      {data?.items.length === 0 && <EmptyState icon={<KeyIcon />} title={words.empty} text={mayChange ? words.emptyText : words.emptyRead} />}
      {data !== undefined && data.items.length > 0 && <CertificateTable certificates={data.items} />}
      {mayChange && <UploadCertificate />}
    </>
  );
}
