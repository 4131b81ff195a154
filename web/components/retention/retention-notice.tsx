import { Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RetentionView } from '../../../src/contract/retention.ts';
import { call } from '../../api/client.ts';
import { fullTimeIn } from '../../format/time.ts';
import { useShownZone } from '../../shown-zone.ts';
import { ProblemAlert } from '../problem-alert.tsx';
import { WarningAlert } from '../warning-alert.tsx';
import { words } from './words.ts';

const KEY = ['retention'];
const POLL = 60_000;

/** On top of every page while no expired file is deleted because of the clock: why, and how it goes on. */
export function RetentionNotice() {
  const zone = useShownZone();
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: KEY, refetchInterval: POLL, queryFn: ({ signal }) => call<RetentionView>('GET', '/api/retention', { signal }) });
  const agreement = useMutation({
    mutationFn: (halt: number) => call<RetentionView>('POST', '/api/retention/agree', { body: { halt } }),
    onSuccess: (view) => client.setQueryData(KEY, view),
    onError: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const halt = data?.halt;
  if (!data || !halt) return null;
  const say = halt.cause === 'leap' ? words.leap : words.wentBack;
  return (
    <section className="udm-main" style={{ paddingBottom: 0 }} aria-label={words.title}>
      <WarningAlert title={words.title}>
        <Text size="sm">{say(fullTimeIn(zone, halt.expectedAt), fullTimeIn(zone, halt.foundAt))}</Text>
        {data.filesWaiting > 0 && <Text size="sm">{words.waiting(data.filesWaiting)}</Text>}
        <Text size="sm">{data.mayAgree ? words.fix : words.others}</Text>
        {data.mayAgree && (
          <Button size="compact-sm" mt="xs" variant="default" loading={agreement.isPending} onClick={() => agreement.mutate(halt.id)}>
            {words.agree}
          </Button>
        )}
        <ProblemAlert error={agreement.error} title={words.refused} />
      </WarningAlert>
    </section>
  );
}
