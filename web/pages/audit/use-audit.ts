import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { AuditChainView, AuditRecordView, AuditVerificationView, auditListSchema } from '../../../src/contract/audit.ts';
import { call, queryString } from '../../api/client.ts';
import type { ListQuery } from '../../api/lists.ts';

type AuditList = z.infer<typeof auditListSchema>;

/** A row as the list takes it. */
export interface AuditRow extends AuditRecordView {
  readonly id: string;
}

export function useAudit(query: ListQuery) {
  return useQuery({
    queryKey: ['audit', query],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const page = await call<AuditList>('GET', `/api/audit${queryString(query)}`, { signal });
      return { ...page, items: page.items.map((one): AuditRow => ({ ...one, id: String(one.number) })) };
    },
  });
}

export function useChain() {
  return useQuery({
    queryKey: ['audit chain'],
    refetchInterval: 60_000,
    queryFn: ({ signal }) => call<AuditChainView>('GET', '/api/audit/chain', { signal }),
  });
}

export function useVerification() {
  return useMutation({ mutationFn: () => call<AuditVerificationView>('GET', '/api/audit/verification') });
}
