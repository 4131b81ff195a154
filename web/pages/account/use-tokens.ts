import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { MadeTokenView, NewToken, TokenListView } from '../../../src/contract/token.ts';
import { call } from '../../api/client.ts';

export function useTokens(whose: 'me' | 'everybody') {
  return useQuery({
    queryKey: ['tokens', whose],
    queryFn: ({ signal }) => call<TokenListView>('GET', `/api/tokens?of=${whose}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function useMakeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewToken) => call<MadeTokenView>('POST', '/api/tokens', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/api/tokens/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
