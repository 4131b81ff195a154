import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useSignOut } from '../../api/mutations.ts';
import { Loading } from '../../components/list-body.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';

/** Signs out as soon as it is reached: who leaves a form that is not saved is asked on the way, as on every other. */
export function SignOutPage() {
  const { mutate, error } = useSignOut();
  useEffect(() => mutate(), [mutate]);
  if (error === null) return <Loading />;
  return (
    <ProblemAlert
      error={error}
      action={
        <Button mt="sm" size="xs" variant="default" onClick={() => mutate()}>
          {strings.app.retry}
        </Button>
      }
    />
  );
}
