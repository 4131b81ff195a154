import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { DataRequestCheck, madeRequestsSchema, manyMadeSchema, ReceiptDeadline } from '../../../src/contract/data-request.ts';
import { call, queryString } from '../../api/client.ts';
import type { RequestDraft } from './request-form.ts';

type MadeRequests = z.infer<typeof madeRequestsSchema>;
type ManyMade = z.infer<typeof manyMadeSchema>;

/** By when what came in on that day is to be answered. */
export function useDeadline(receivedOn: string) {
  return useQuery({
    queryKey: ['requests', 'deadline', receivedOn],
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => call<ReceiptDeadline>('GET', `/api/requests/deadline${queryString({ receivedOn })}`, { signal }),
  });
}

/** What submitting would make; nothing is stored. Bodies carry the person, so nothing of it is kept in a cache. */
export function useCheckRequest() {
  return useMutation({ gcTime: 0, mutationFn: (body: RequestDraft) => call<DataRequestCheck>('POST', '/api/requests/check', { body }) });
}

export function useSubmitRequest() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ draft, key }: { draft: RequestDraft; key: string }) => call<MadeRequests>('POST', '/api/requests', { body: draft, idempotencyKey: key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['requests', 'list'] }),
  });
}

export function useSubmitFile() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (file: File) => call<ManyMade>('POST', '/api/requests/file', { file }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['requests', 'list'] }),
  });
}
