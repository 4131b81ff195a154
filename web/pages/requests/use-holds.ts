import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { holdListSchema, LegalHoldView, releasedHoldSchema } from '../../../src/contract/data-request.ts';
import { call } from '../../api/client.ts';
import type { RequestDraft } from './request-form.ts';

export function useHolds() {
  return useQuery({
    queryKey: ['requests', 'holds'],
    queryFn: ({ signal }) => call<z.infer<typeof holdListSchema>>('GET', '/api/holds', { signal }),
  });
}

export function usePlaceHold() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: { identifiers: RequestDraft['identifiers']; reason: string }) => call<LegalHoldView>('POST', '/api/holds', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['requests'] }),
  });
}

export function useReleaseHold() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      call<z.infer<typeof releasedHoldSchema>>('POST', `/api/holds/${encodeURIComponent(id)}/release`, { body: { reason } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['requests'] }),
  });
}
