import { Alert, Button, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { JobView } from '../../../src/contract/job.ts';
import { useCertificates, useJobForForm, useSources } from '../../api/queries.ts';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { whyNotEdit } from '../jobs/why-not.ts';
import { formToEdit } from './form-from-job.ts';
import { JobEditor } from './job-editor.tsx';

const { editor: words } = strings;

/** Changes a job. The form keeps to the version it was filled from until the person asks for the current one. */
export function EditJobPage() {
  const { id } = useParams({ from: '/shell/jobs/$id/edit' });
  const sources = useSources();
  const certificates = useCertificates();
  const job = useJobForForm(id);
  const error = job.error ?? sources.error ?? certificates.error;
  const ready = sources.data !== undefined && certificates.data !== undefined && job.data !== undefined;
  return (
    <>
      <PageHeader title={words.editTitle} lead={words.lead} />
      {error !== null && (!ready || job.error !== null) && <ProblemAlert error={error} />}
      {error === null && !ready && <Loading />}
      {ready && job.data.may.edit && (
        <JobEditor
          key={`${id} ${job.dataUpdatedAt}`}
          initial={formToEdit(job.data)}
          sources={sources.data.items}
          certificates={certificates.data.items}
          edited={job.data}
          onReload={() => void job.refetch()}
        />
      )}
      {ready && !job.data.may.edit && <NotEditable job={job.data} />}
    </>
  );
}

function NotEditable({ job }: { job: JobView }) {
  const navigate = useNavigate();
  return (
    <Alert variant="light" color="indigo" title={words.notEditable} role="note">
      <Text size="sm">{whyNotEdit(job)}</Text>
      <Button mt="sm" size="xs" variant="default" onClick={() => void navigate({ to: '/jobs' })}>
        {words.toJobs}
      </Button>
    </Alert>
  );
}
