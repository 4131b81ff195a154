import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { FormDialog } from './form-dialog.tsx';
import { useRequestAct } from './use-requests.ts';
import { exportWords as labels } from './words.ts';

type HeldExport = DataRequestDetails['exports'][number];

/** Takes the files of one run back that hold the values of before. */
export function WithdrawOutdated({ of: files, request }: { of: readonly [HeldExport, ...HeldExport[]]; request: DataRequestDetails }) {
  const [asking, setAsking] = useState(false);
  const { mutate, isPending, error } = useRequestAct(request.id, 'POST', 'withdraw-exports');
  const close = () => setAsking(false);
  const withdraw = () =>
    mutate(
      { artifacts: files.map(({ artifactId }) => artifactId) },
      {
        onSuccess: () => {
          notifications.show({ message: labels.withdrawn, color: 'green' });
          close();
        },
      },
    );
  return (
    <>
      <Button variant="default" size="xs" aria-label={labels.withdrawOf(files[0].fileName)} onClick={() => setAsking(true)}>
        {labels.withdraw}
      </Button>
      {asking && (
        <FormDialog title={labels.withdrawTitle} text={labels.withdrawText} submit={labels.withdraw} ends busy={isPending} onSubmit={withdraw} onClose={close}>
          <ProblemAlert error={error} />
        </FormDialog>
      )}
    </>
  );
}
