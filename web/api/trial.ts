import { useMutation, useQuery } from '@tanstack/react-query';
import type { JobDraft } from '../../src/contract/job.ts';
import type { JobTestEvent } from '../../src/contract/job-test.ts';
import type { SampleView, TypeFieldsView } from '../../src/contract/source.ts';
import { call, callLines } from './client.ts';

/** The fields of a type; they change with the program only. */
export function useTypeFields(source: string, type: string) {
  return useQuery({
    queryKey: ['fields', source, type],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call<TypeFieldsView>('GET', `/api/sources/${encodeURIComponent(source)}/types/${encodeURIComponent(type)}/fields`, { signal }),
  });
}

/** Reads the newest rows of one entity type: an act of the person, hence no query that repeats by itself. */
export function useSample() {
  return useMutation({
    mutationFn: ({ source, type, entityType }: { source: string; type: string; entityType: string }) =>
      call<SampleView>('POST', `/api/sources/${encodeURIComponent(source)}/sample`, { body: { type, entityTypes: [entityType] } }),
  });
}

/** The steps of a test as they happen. */
export function testSettings(draft: JobDraft, job: string | undefined, signal: AbortSignal): AsyncGenerator<JobTestEvent> {
  return callLines<JobTestEvent>('POST', '/api/jobs/test', { body: { draft, ...(job === undefined ? {} : { job }) }, signal });
}

/** Whether the word is the one inside the file of the test. */
export function useCheckProof() {
  return useMutation({ mutationFn: (body: { proof: string; word: string }) => call<{ opened: boolean }>('POST', '/api/jobs/test/proof', { body }) });
}
