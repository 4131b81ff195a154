import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkAction, BulkRequest, BulkView } from '../../../src/contract/bulk.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { call, randomId } from '../../api/client.ts';
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

/** What the act would do; asked anew each time, for jobs come and go. */
export function useBulkLook() {
  return useMutation({ mutationFn: (act: BulkAct) => send({ ...act, dryRun: true } satisfies Partial<Record<keyof BulkRequest, unknown>>) });
}

/** Does it, request after request until nothing is left; `progress` is the latest answer. */
export function useBulkAct() {
  const client = useQueryClient();
  const [progress, setProgress] = useState<BulkView | null>(null);
  const act = useMutation({
    mutationFn: async ({ missed, fingerprint, ...act }: BulkAct & { fingerprint: string; missed: Missed | undefined }) => {
      // One key for all of it: what a lost answer has done already is not done again.
      const key = randomId();
      for (;;) {
        const view = await send({ ...act, fingerprint, ...(missed === undefined ? {} : { missed }) }, key);
        setProgress(view);
        if (view.left === 0) return view;
      }
    },
    onMutate: () => setProgress(null),
    onSettled: () => Promise.all(['jobs', 'job', 'runs', 'certificates'].map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
  return { act, progress };
}
