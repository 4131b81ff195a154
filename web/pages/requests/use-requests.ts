import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { DataRequestDetails, DataRequestView, requestListSchema } from '../../../src/contract/data-request.ts';
import { call, queryString } from '../../api/client.ts';
import type { ListQuery } from '../../api/lists.ts';

type RequestList = z.infer<typeof requestListSchema>;

/** What UDM is at changes soon; what waits for a person is read now and then, since somebody else may have done it: the one in sight more often. */
const SOON_MS = 2_000;
const ONE_MS = 5_000;
const LIST_MS = 20_000;

/** UDM goes on by itself, or is about to. */
function isMoving({ state, error }: DataRequestView): boolean {
  return error === null && (state === 'received' || state === 'discovery' || state === 'running');
}

const GOING: ReadonlySet<string> = new Set(['scheduled', 'queued', 'running']);

/** Nothing happens any more to what has ended, unless files are exported again for it. */
function pauseAfterOne(request: DataRequestDetails | undefined): number | false {
  if (request?.exports.some(({ again }) => again !== null && GOING.has(again.status))) return SOON_MS;
  if (request !== undefined && request.endedAt !== null) return false;
  return request !== undefined && isMoving(request) ? SOON_MS : ONE_MS;
}

export function useRequests(query: ListQuery) {
  return useQuery<RequestList>({
    queryKey: ['requests', 'list', query],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) === true ? SOON_MS : LIST_MS),
    queryFn: ({ signal }) => call<RequestList>('GET', `/api/requests${queryString({ ...query })}`, { signal }),
  });
}

export function useRequest(id: string) {
  return useQuery<DataRequestDetails>({
    queryKey: ['requests', 'one', id],
    refetchInterval: ({ state }) => pauseAfterOne(state.data),
    queryFn: ({ signal }) => call<DataRequestDetails>('GET', `/api/requests/${encodeURIComponent(id)}`, { signal }),
  });
}

/** An act on one request: what the server answers is what is shown from then on. `seen`: the version it is decided on, and no other. */
export function useRequestAct(id: string, method: 'POST' | 'PUT', verb: string, seen?: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: object | undefined) =>
      call<DataRequestDetails>(method, `/api/requests/${encodeURIComponent(id)}/${verb}`, {
        ...(body !== undefined && { body }),
        ...(seen !== undefined && { ifMatch: seen }),
      }),
    onSuccess: (request) => {
      client.setQueryData(['requests', 'one', id], request);
      return client.invalidateQueries({ queryKey: ['requests'] });
    },
    // Somebody else was faster: what stands there now is shown.
    onError: () => client.invalidateQueries({ queryKey: ['requests', 'one', id] }),
  });
}
