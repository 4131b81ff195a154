import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { describeProblem } from '../../components/problem-alert.tsx';
import { type Act, ActDialog } from './act-dialogs.tsx';
import { useRequestAct } from './use-requests.ts';
import { words } from './words.ts';

const ACTS = ['approve', 'confirm_several', 'note_identity', 'ask_identity', 'begin', 'add_identifiers', 'extend', 'refuse', 'end_in_part', 'stop'] as const;
/** What ends it stands out by its colour, what goes on is filled; the first of these is what comes next. */
const NEXT: ReadonlySet<string> = new Set(['approve', 'confirm_several', 'add_identifiers', 'begin']);
const ENDS: ReadonlySet<string> = new Set(['refuse', 'end_in_part', 'stop']);

/** What this person can do with the request now; what they may not has no button. */
export function RequestActs({ request }: { request: DataRequestDetails }) {
  const [asking, setAsking] = useState<Act | null>(null);
  const acts = ACTS.filter((act) => request.may[act] && !isNothingNew(act, request));
  if (acts.length === 0 && asking === null) return null;
  return (
    <>
      <Group gap="xs">
        {acts.map((act) =>
          act === 'ask_identity' || act === 'begin' ? (
            <PlainAct key={act} act={act} request={request} />
          ) : (
            <Button
              key={act}
              variant={isNext(act, request) ? 'filled' : 'default'}
              c={ENDS.has(act) ? 'var(--mantine-color-error)' : undefined}
              onClick={() => setAsking(act)}
            >
              {act === 'note_identity' && request.identityNote !== null ? words.acts.note_again : words.acts[act]}
            </Button>
          ),
        )}
      </Group>
      {asking !== null && <ActDialog act={asking} request={request} onClose={() => setAsking(null)} />}
    </>
  );
}

/** UDM begins by itself where the identity is noted when a request comes in. */
function isNothingNew(act: string, { state, identityNote, error }: DataRequestDetails): boolean {
  return act === 'begin' && state === 'received' && identityNote !== null && error === null;
}

function isNext(act: string, { identityNote }: DataRequestDetails): boolean {
  return NEXT.has(act) || (act === 'note_identity' && identityNote === null);
}

/** An act that asks nothing and takes nothing away. */
function PlainAct({ act, request }: { act: 'ask_identity' | 'begin'; request: DataRequestDetails }) {
  const send = useRequestAct(request.id, 'POST', act === 'begin' ? 'begin' : 'ask-identity');
  const run = () =>
    send.mutate(undefined, {
      onSuccess: () => notifications.show({ message: words.done[act], color: 'green' }),
      onError: (error) => notifications.show({ message: describeProblem(error), color: 'red' }),
    });
  return (
    <Button variant={act === 'begin' ? 'filled' : 'default'} loading={send.isPending} onClick={run}>
      {act === 'begin' && request.state === 'discovery' ? words.acts.beginAgain : words.acts[act]}
    </Button>
  );
}
