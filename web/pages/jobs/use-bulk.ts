import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { BulkAction, BulkRequest, BulkView } from '../../../src/contract/bulk.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { call, randomId, wasLost } from '../../api/client.ts';
import type { FilterValues } from '../../search.ts';

/** What the person selected: rows, or every job that the filters find. */
export type Selection = { readonly ids: readonly string[] } | { readonly filter: FilterValues };

export interface BulkAct {
  readonly action: BulkAction;
  readonly selection: Selection;
}

type Missed = JobView['missedRuns'];

const send = (body: object, idempotencyKey?: string) =>
  call<BulkView>('POST', '/api/jobs/bulk', { body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });

/** What the act would do; asked anew each time, for jobs come and go. `key` is of the act that is confirmed after this look. */
export function useBulkLook() {
  return useMutation({
    mutationFn: async (act: BulkAct) => ({
      view: await send({ ...act, dryRun: true } satisfies Partial<Record<keyof BulkRequest, unknown>>),
      key: randomId(),
    }),
  });
}

const REPEATS = 2;
const PAUSE_MS = 1_000;

/**
 * Request after request until nothing is left, or until it is stopped: then the request that is under way is the last. An answer that was
 * lost is asked for again, with the same key; what it did is not done twice.
 */
export async function inRounds(request: () => Promise<BulkView>, tell: (view: BulkView) => void, stopped: AbortSignal): Promise<BulkView> {
  for (let lost = 0; ; ) {
    try {
      const view = await request();
      lost = 0;
      tell(view);
      if (view.left === 0 || stopped.aborted) return view;
    } catch (error) {
      lost += 1;
      if (!wasLost(error) || lost > REPEATS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * lost));
      if (stopped.aborted) throw error;
    }
  }
}

/** Does it; `progress` is the latest answer. Who leaves the page stops it. */
export function useBulkAct() {
  const client = useQueryClient();
  const [progress, setProgress] = useState<BulkView | null>(null);
  const going = useRef<AbortController | null>(null);
  const stop = () => going.current?.abort();
  useEffect(() => () => going.current?.abort(), []);
  const act = useMutation({
    mutationFn: ({ missed, fingerprint, key, ...act }: BulkAct & { fingerprint: string; missed: Missed | undefined; key: string }) => {
      going.current = new AbortController();
      // Confirmed once more after a refusal it goes on; with another answer about the missed runs it is another act.
      const request = () => send({ ...act, fingerprint, ...(missed === undefined ? {} : { missed }) }, `${key}-${missed ?? 'own'}`);
      return inRounds(request, setProgress, going.current.signal);
    },
    onMutate: () => setProgress(null),
    onSettled: () => Promise.all(['jobs', 'job', 'runs', 'certificates'].map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
  return { act, progress, stop };
}
