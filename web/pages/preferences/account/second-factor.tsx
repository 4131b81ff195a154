import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryCodes as Codes, SecondFactorView } from '../../../../src/contract/second-factor.ts';
import { call } from '../../../api/client.ts';
import { FactorSetUp, RecoveryCodes } from '../../../components/account/factor-set-up.tsx';
import { words } from '../../../components/account/words.ts';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { ExplainedButton } from '../../../components/explained-button.tsx';
import { ProblemAlert } from '../../../components/problem-alert.tsx';

const { factor } = words;
const FEW_CODES = 3;

/** One's own authenticator app. */
export function SecondFactor() {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['second factor'],
    queryFn: ({ signal }) => call<SecondFactorView>('GET', '/api/second-factor', { signal }),
  });
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['second factor'] });
    void client.invalidateQueries({ queryKey: ['session'] });
  };
  return (
    <Stack className="udm-card" p="lg" component="section" aria-label={factor.title}>
      <div>
        <Title order={2} size="h4">
          {factor.title}
        </Title>
        <Text size="sm" c="dimmed" maw={760}>
          {factor.lead}
        </Text>
      </div>
      <ProblemAlert error={error} />
      {data?.isRequired === true && <Text size="sm">{factor.required}</Text>}
      {data?.isOn === false && (
        <>
          <Text size="sm">{factor.off}</Text>
          <FactorSetUp onDone={refresh} />
        </>
      )}
      {data?.isOn === true && <Standing view={data} onChange={refresh} />}
    </Stack>
  );
}

function Standing({ view, onChange }: { view: SecondFactorView; onChange: () => void }) {
  const [isRemoving, setRemoving] = useState(false);
  const renew = useMutation({ mutationFn: () => call<Codes>('POST', '/api/second-factor/recovery-codes'), onSuccess: onChange });
  const remove = useMutation({
    mutationFn: () => call<undefined>('DELETE', '/api/second-factor'),
    onSuccess: () => {
      setRemoving(false);
      onChange();
    },
  });
  if (renew.data !== undefined) return <RecoveryCodes codes={renew.data.recoveryCodes} onDone={renew.reset} />;
  return (
    <>
      <Text size="sm">
        {factor.on} {factor.codesLeft(String(view.recoveryCodesLeft))}
      </Text>
      {view.recoveryCodesLeft <= FEW_CODES && <Alert color="yellow">{factor.fewCodes}</Alert>}
      <ProblemAlert error={renew.error} />
      <Group>
        <Button variant="default" onClick={() => renew.mutate()} loading={renew.isPending}>
          {factor.renew}
        </Button>
        <ExplainedButton variant="default" reason={view.isRequired ? factor.required : undefined} onClick={() => setRemoving(true)}>
          {factor.remove}
        </ExplainedButton>
      </Group>
      <ConfirmDialog
        opened={isRemoving}
        title={factor.removeTitle}
        text={factor.removeText}
        confirm={factor.remove}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setRemoving(false)}
      />
    </>
  );
}
