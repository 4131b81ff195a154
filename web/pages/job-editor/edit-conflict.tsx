import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { useEffect, useRef } from 'react';
import { ApiProblem, call } from '../../api/client.ts';
import { Loading } from '../../components/list-body.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { changesOf, type FormChange } from './form-changes.ts';
import { formToEdit } from './form-from-job.ts';
import type { JobForm } from './job-form.ts';

const { editor: words } = strings;

interface Props {
  readonly job: JobView;
  readonly mine: JobForm;
  readonly certificates: readonly CertificateView[];
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Somebody saved the job after this form was filled from it: what is different is shown, and nothing is overwritten unseen. */
export function EditConflict({ job, mine, certificates, onKeepMine, onTakeTheirs }: Props) {
  const saved = useQuery({
    queryKey: ['job', job.id, 'saved meanwhile', job.version],
    gcTime: 0,
    queryFn: ({ signal }) => call<JobView>('GET', `/api/jobs/${job.id}`, { signal }),
  });
  const alert = useRef<HTMLDivElement>(null);
  // It stands at the end of the form, and who saved by a key is somewhere else.
  useEffect(() => alert.current?.focus(), []);
  return (
    <Alert color="red" variant="light" title={words.conflict} role="alert" ref={alert} tabIndex={-1}>
      {saved.data === undefined && saved.error === null && <Loading />}
      {saved.error !== null && <NotRead error={saved.error} onRetry={() => void saved.refetch()} />}
      {saved.data !== undefined && (
        <>
          <Text size="sm">{words.conflictText}</Text>
          <Changes changes={changesOf(formToEdit(job), formToEdit(saved.data), mine, certificates)} />
          <Group mt="sm" gap="sm">
            <Button size="xs" onClick={onKeepMine}>
              {words.keepMine}
            </Button>
            <Button size="xs" variant="default" onClick={onTakeTheirs}>
              {words.takeTheirs}
            </Button>
          </Group>
          <Text size="xs" mt={6}>
            {words.keepMineHint}
          </Text>
        </>
      )}
    </Alert>
  );
}

/** Only who was told that it is not there knows that it was deleted. */
function NotRead({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error instanceof ApiProblem && error.document.code === 'not_found') return <Text size="sm">{words.conflictDeleted}</Text>;
  return (
    <ProblemAlert
      error={error}
      action={
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {strings.app.retry}
        </Button>
      }
    />
  );
}

function Changes({ changes }: { changes: readonly FormChange[] }) {
  const { field, before, theirs, mine } = words.conflictColumns;
  if (changes.length === 0) return <Text size="sm">{words.conflictNothing}</Text>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="udm-insight-scroll" aria-label={words.conflict} tabIndex={0}>
      <table className="udm-insight-table">
        <thead>
          <tr>
            {[field, before, theirs, mine].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.field}>
              <th scope="row">{change.field}</th>
              <td>{change.before}</td>
              <td data-changed={change.theirs !== change.before}>{change.theirs}</td>
              <td data-changed={change.mine !== change.before}>{change.mine}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
