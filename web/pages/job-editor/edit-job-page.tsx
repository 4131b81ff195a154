import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useCertificates, useJobForForm, useSources } from '../../api/queries.ts';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { whyNotEdit } from '../jobs/why-not.ts';
import { mergeForms } from './form-changes.ts';
import { formToEdit } from './form-from-job.ts';
import { JobEditor } from './job-editor.tsx';
import type { JobForm } from './job-form.ts';

const { editor: words } = strings;

/** What was typed over a version of the job that somebody else has replaced. */
interface Kept {
  readonly base: JobView;
  readonly mine: JobForm;
}

/** Changes a job. The form keeps to the version it was filled from until the person asks for the current one. */
export function EditJobPage() {
  const { id } = useParams({ from: '/shell/jobs/$id/edit' });
  const sources = useSources();
  const certificates = useCertificates();
  const job = useJobForForm(id);
  const [kept, setKept] = useState<Kept | null>(null);
  const error = job.error ?? sources.error ?? certificates.error;
  const ready = sources.data !== undefined && certificates.data !== undefined && job.data !== undefined;
  const reload = (mine: JobForm | null) => {
    setKept(mine === null || job.data === undefined ? null : { base: job.data, mine });
    void job.refetch();
  };
  return (
    <>
      <PageHeader title={words.editTitle} lead={words.lead} />
      {error !== null && (!ready || job.error !== null) && <ProblemAlert error={error} />}
      {error === null && !ready && <Loading />}
      {ready && (
        <JobEditor
          key={`${id} ${job.dataUpdatedAt}`}
          initial={formToEdit(job.data)}
          filled={filledFrom(kept, job.data)}
          sources={sources.data.items}
          certificates={certificates.data.items}
          edited={job.data}
          locked={whyNotEdit(job.data)}
          onReload={reload}
        />
      )}
    </>
  );
}

function filledFrom(kept: Kept | null, job: JobView): JobForm | undefined {
  if (kept === null || kept.base.version === job.version) return undefined;
  return mergeForms(formToEdit(kept.base), formToEdit(job), kept.mine);
}
