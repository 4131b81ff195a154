import { useSearch } from '@tanstack/react-router';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { JobView } from '../../../src/contract/job.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { useCertificates, useJobForForm, useSession, useSources } from '../../api/queries.ts';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { formToClone } from './form-from-job.ts';
import { JobEditor } from './job-editor.tsx';
import { emptyForm } from './job-form.ts';

/** Loads what the form offers (sources, certificates) and, for a clone, the job it starts from. */
export function JobEditorPage() {
  const { clone } = useSearch({ from: '/shell/jobs/new' });
  const sources = useSources();
  const certificates = useCertificates();
  const job = useJobForForm(clone);
  const error = sources.error ?? certificates.error ?? (clone === undefined ? null : job.error);
  const ready = sources.data !== undefined && certificates.data !== undefined && (clone === undefined || job.data !== undefined);
  return (
    <>
      <PageHeader title={clone === undefined ? strings.editor.title : strings.editor.cloneTitle} lead={strings.editor.lead} />
      {error !== null && !ready && <ProblemAlert error={error} />}
      {error === null && !ready && <Loading />}
      {ready && <Loaded sources={sources.data?.items ?? []} certificates={certificates.data?.items ?? []} job={job.data} key={clone ?? 'new'} />}
    </>
  );
}

interface Props {
  readonly sources: readonly SourceView[];
  readonly certificates: readonly CertificateView[];
  readonly job: JobView | undefined;
}

function Loaded({ sources, certificates, job }: Props) {
  const { timeZone } = useSession();
  const usable = certificates.filter((certificate) => certificate.daysLeft >= 0).map(({ id }) => id);
  const initial = job === undefined ? emptyForm(usable.length === 1 ? usable : [], timeZone) : formToClone(job, usable, Date.now());
  return <JobEditor initial={initial} sources={sources} certificates={certificates} />;
}
