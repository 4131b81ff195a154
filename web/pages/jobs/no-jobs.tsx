import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCertificates, useMay } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { BoxIcon, KeyIcon } from '../../components/icons.tsx';
import { strings } from '../../strings.ts';

/** The first evening: what to do before there is anything. */
export function NoJobs() {
  return useMay('jobs.create') ? <FirstJob /> : <EmptyState icon={<BoxIcon />} title={strings.jobs.empty} text={strings.jobs.emptyRead} />;
}

function FirstJob() {
  const navigate = useNavigate();
  const certificates = useCertificates();
  if (certificates.data?.items.length === 0) {
    return (
      <EmptyState
        icon={<KeyIcon />}
        title={strings.jobs.empty}
        text={strings.jobs.emptyNoCertificate}
        action={<Button onClick={() => void navigate({ to: '/preferences' })}>{strings.jobs.emptyNoCertificateAction}</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<BoxIcon />}
      title={strings.jobs.empty}
      text={strings.jobs.emptyText}
      action={<Button onClick={() => void navigate({ to: '/jobs/new' })}>{strings.jobs.emptyAction}</Button>}
    />
  );
}
