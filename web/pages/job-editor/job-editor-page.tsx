import { useSearch } from '@tanstack/react-router';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { RunDetailsView } from '../../../src/contract/run-details.ts';
import type { JobView } from '../../../src/contract/job.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { useRunForForm } from '../../api/runs.ts';
import { useCertificates, useJobForForm, useSession, useSources } from '../../api/queries.ts';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { formFromRun } from './form-from-run.ts';
import { formToClone } from './form-from-job.ts';
import { JobEditor } from './job-editor.tsx';
import { emptyForm } from './job-form.ts';

/** Loads what the form offers (sources, certificates) and, for a clone, the job or the run it starts from. */
export function JobEditorPage() {
  const { clone, fromRun } = useSearch({ from: '/shell/jobs/new' });
  const sources = useSources();
  const certificates = useCertificates();
  const job = useJobForForm(clone);
  const run = useRunForForm(fromRun);
  const error = sources.error ?? certificates.error ?? (clone === undefined ? null : job.error) ?? (fromRun === undefined ? null : run.error);
  const filled = (clone === undefined || job.data !== undefined) && (fromRun === undefined || run.data !== undefined);
  const ready = sources.data !== undefined && certificates.data !== undefined && filled;
  const isClone = clone !== undefined || fromRun !== undefined;
  return (
    <>
      <PageHeader title={!isClone ? strings.editor.title : strings.editor.cloneTitle} lead={strings.editor.lead} />
      {error !== null && !ready && <ProblemAlert error={error} />}
      {error === null && !ready && <Loading />}
      {ready && (
        <Loaded
          sources={sources.data?.items ?? []}
          certificates={certificates.data?.items ?? []}
          job={job.data}
          run={run.data}
          key={clone ?? fromRun ?? 'new'}
        />
      )}
    </>
  );
}

interface Props {
  readonly sources: readonly SourceView[];
  readonly certificates: readonly CertificateView[];
  readonly job: JobView | undefined;
  readonly run: RunDetailsView | undefined;
}

function Loaded({ sources, certificates, job, run }: Props) {
  const { timeZone } = useSession();
  const usable = certificates.filter((certificate) => certificate.daysLeft >= 0).map(({ id }) => id);
  const empty = () => emptyForm(usable.length === 1 ? usable : [], timeZone);
  const fromRun = () => (run === undefined ? empty() : formFromRun(run, usable, timeZone, Date.now()));
  const initial = job === undefined ? fromRun() : formToClone(job, usable, Date.now());
  return <JobEditor initial={initial} sources={sources} certificates={certificates} />;
}
