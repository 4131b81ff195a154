import { Anchor, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { useRunWindowAgain } from '../../api/mutations.ts';
import { useMay } from '../../api/queries.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { StatusDot } from '../../components/run-status.tsx';
import { strings } from '../../strings.ts';
import { FormDialog } from './form-dialog.tsx';
import { exportWords as labels } from './words.ts';

type HeldExport = DataRequestDetails['exports'][number];

/** What comes in the place of a file that was withdrawn: the button that asks for it, how far it is, and the new file. */
export function ExportAgain({ of, isDone }: { of: HeldExport; isDone: boolean }) {
  const [asking, setAsking] = useState(false);
  const { again, runAgain, mayRunAgain, fileName } = of;
  return (
    <>
      {again !== null && <Rerun again={again} />}
      {runAgain === 'possible' && isDone && mayRunAgain && (
        <Button variant="default" size="xs" aria-label={labels.againOf(fileName)} onClick={() => setAsking(true)}>
          {labels.again}
        </Button>
      )}
      {again === null && <WhyNot of={of} isDone={isDone} />}
      {asking && <AskAgain artifactId={of.artifactId} onClose={() => setAsking(false)} />}
    </>
  );
}

function WhyNot({ of: { runAgain, mayRunAgain }, isDone }: { of: HeldExport; isDone: boolean }) {
  if (runAgain !== 'possible') return labels.notAgain[runAgain];
  if (!isDone) return labels.againLater;
  return mayRunAgain ? null : labels.againByOthers;
}

/** The newest run of the window, and its files once they are there. */
function Rerun({ again: { runId, status, files } }: { again: NonNullable<HeldExport['again']> }) {
  const maySee = useMay('exports.see');
  return (
    <div>
      <StatusDot status={status} /> {status === 'succeeded_no_data' ? labels.noData : strings.status[status]}
      {files.map(({ artifactId, fileName }) => (
        <div key={artifactId} className="udm-code udm-anywhere">
          {maySee ? (
            <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/artifacts" search={{ run: runId }} {...props} />}>
              {fileName}
            </Anchor>
          ) : (
            fileName
          )}
        </div>
      ))}
    </div>
  );
}

function AskAgain({ artifactId, onClose }: { artifactId: string; onClose: () => void }) {
  const client = useQueryClient();
  const again = useRunWindowAgain();
  const ask = () =>
    again.mutate(artifactId, {
      onSuccess: () => {
        notifications.show({ message: labels.againBegun, color: 'green' });
        onClose();
      },
      onSettled: () => client.invalidateQueries({ queryKey: ['requests', 'one'] }),
    });
  return (
    <FormDialog title={labels.againTitle} text={labels.againText} submit={labels.againConfirm} busy={again.isPending} onSubmit={ask} onClose={onClose}>
      <ProblemAlert error={again.error} />
    </FormDialog>
  );
}
