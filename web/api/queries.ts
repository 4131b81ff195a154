import { keepPreviousData, MutationCache, QueryCache, QueryClient, queryOptions, useQuery, useQueries, useQueryClient } from '@tanstack/react-query';
import type { JobView } from '../../src/contract/job.ts';
import type { PreviewView } from '../../src/contract/preview.ts';
import type { RunStatus, RunView } from '../../src/contract/run.ts';
import type { SessionView } from '../../src/contract/session.ts';
import { ApiProblem, call, queryString, rememberCsrfToken } from './client.ts';
import { setSessionEnded } from './session-ended.ts';
import type { ArtifactList, CertificateList, JobList, ListQuery, PreviewRequest, RunList, SourceList } from './lists.ts';

/** The next runs move on by themselves. */
const POLL_SCHEDULE = 60_000;

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => forgetSessionOn(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => forgetSessionOn(client, error) }),
    defaultOptions: {
      queries: { retry: (count, error) => count < 2 && mayPass(error), refetchOnWindowFocus: true, staleTime: 1_000 },
      mutations: { retry: false },
    },
  });
  return client;
}

function mayPass(error: Error): boolean {
  return error instanceof ApiProblem && [0, 424, 503].includes(error.document.status);
}

/** A session that ended asks for the password where the person is; who had none is shown the sign-in page. */
export function forgetSessionOn(client: QueryClient, error: unknown): void {
  if (!(error instanceof ApiProblem) || error.code !== 'sign_in.required') return;
  if (client.getQueryData<SessionView | null>(['session'])) setSessionEnded(true);
  else client.setQueryData(['session'], null);
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async ({ signal, client }): Promise<SessionView | null> => {
    const before = client.getQueryData<SessionView | null>(['session']) ?? null;
    try {
      const session = await call<SessionView>('GET', '/api/session', { signal });
      rememberCsrfToken(session.csrfToken);
      // Somebody else signed in from another window: nothing of this page is theirs.
      if (before !== null && (before.user !== session.user || before.tenant !== session.tenant)) window.location.reload();
      setSessionEnded(false);
      return session;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.document.status !== 401) throw error;
      if (before !== null) setSessionEnded(true);
      return before;
    }
  },
});

/** The signed-in person; only pages inside the shell call it, and the shell shows them only with a session. */
export function useSession(): SessionView {
  const { data } = useQuery(sessionQuery);
  if (data === undefined || data === null) throw new Error('No session: this page must stand inside the shell.');
  return data;
}

/**
 * Whether the signed-in person may do this, as the server says with the session: on some source at least where it is about data. What they may
 * not do has no button.
 */
export function useMay(action: string): boolean {
  return useSession().actions.includes(action);
}

/** Something will still happen to it without anybody's doing. */
export function isOpen(status: RunStatus): boolean {
  return status === 'scheduled' || status === 'queued' || status === 'running';
}

export function useJobs(query: ListQuery) {
  return useQuery({
    queryKey: ['jobs', query],
    queryFn: ({ signal }) => call<JobList>('GET', `/api/jobs${queryString({ ...query })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

function jobQuery(id: string) {
  return queryOptions({ queryKey: ['job', id], queryFn: ({ signal }) => call<JobView>('GET', `/api/jobs/${encodeURIComponent(id)}`, { signal }) });
}

/** The job a form is filled from, as it is now: never one that was read earlier, which may have changed, and never changed under the form. */
export function useJobForForm(id: string | undefined) {
  return useQuery({
    queryKey: ['job for form', id],
    enabled: id !== undefined,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    queryFn: ({ signal }) => call<JobView>('GET', `/api/jobs/${encodeURIComponent(id ?? '')}`, { signal }),
  });
}

/** Reads a job at the moment somebody asks: lists do not hear of every run that was suppressed. */
export function useReadJob(): (id: string) => Promise<JobView> {
  const client = useQueryClient();
  return (id) => client.fetchQuery({ ...jobQuery(id), staleTime: 0 });
}

export function useRuns(query: ListQuery) {
  return useQuery({
    queryKey: ['runs', query],
    queryFn: ({ signal }) => call<RunList>('GET', `/api/runs${queryString({ ...query })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function useRun(id: string | undefined) {
  return useQuery({ ...oneRun(id ?? ''), enabled: id !== undefined });
}

/** Several runs that are known by id. */
export function useRunsOf(ids: readonly string[]): { runs: RunView[]; error: Error | null } {
  return useQueries({
    queries: ids.map(oneRun),
    combine: (answers) => ({ runs: answers.flatMap(({ data }) => data ?? []), error: answers.find(({ error }) => error !== null)?.error ?? null }),
  });
}

function oneRun(id: string) {
  return queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => call<RunView>('GET', `/api/runs/${encodeURIComponent(id)}`, { signal }),
  });
}

/** What the schedule of a form comes to. While another form is worked out the answer before stays; the request for it is dropped. */
export function usePreview(request: PreviewRequest | undefined) {
  return useQuery({
    queryKey: ['preview', request],
    enabled: request !== undefined,
    gcTime: 30_000,
    refetchInterval: POLL_SCHEDULE,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<PreviewView>('POST', '/api/jobs/preview', { body: request, signal }),
  });
}

export function useTimeZones() {
  return useQuery({
    queryKey: ['time zones'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call<{ items: string[] }>('GET', '/api/time-zones', { signal }),
  });
}

export function useArtifacts(query: ListQuery) {
  return useQuery({
    queryKey: ['artifacts', query],
    queryFn: ({ signal }) => call<ArtifactList>('GET', `/api/artifacts${queryString({ ...query })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function useCertificates() {
  return useQuery({ queryKey: ['certificates'], queryFn: ({ signal }) => call<CertificateList>('GET', '/api/certificates', { signal }) });
}

export function useSources() {
  return useQuery({
    queryKey: ['sources'],
    staleTime: 60_000,
    queryFn: ({ signal }) => call<SourceList>('GET', '/api/sources', { signal }),
  });
}
