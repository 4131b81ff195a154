import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import type { CertificateChange, CertificateView, certificateUploadSchema } from '../../src/contract/certificate.ts';
import type { JobDraft, JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import type { SessionView, signInSchema } from '../../src/contract/session.ts';
import { call, rememberCsrfToken } from './client.ts';
import { noteDeleted } from './deleted-here.ts';
import type { JobList } from './lists.ts';
import { setSessionEnded } from './session-ended.ts';

export type SignIn = z.infer<typeof signInSchema>;
export type CertificateUpload = z.infer<typeof certificateUploadSchema>;

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignIn) => call<SessionView>('POST', '/api/session', { body }),
    onSuccess: (session) => {
      rememberCsrfToken(session.csrfToken);
      forgetLists(client);
      client.setQueryData(['session'], session);
    },
  });
}

/** The same person again, after their session ended: the page stays as it is, and what it shows is read again. */
export function useSignInAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignIn) => call<SessionView>('POST', '/api/session', { body }),
    onSuccess: (session) => {
      rememberCsrfToken(session.csrfToken);
      client.setQueryData(['session'], session);
      setSessionEnded(false);
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'job for form' });
    },
  });
}

/** Leaves the page of a person whose session has ended. */
export function useLeave(): () => void {
  const client = useQueryClient();
  return () => {
    rememberCsrfToken('');
    forgetLists(client);
    client.setQueryData(['session'], null);
    setSessionEnded(false);
  };
}

export function useSignOut() {
  const leave = useLeave();
  return useMutation({ mutationFn: () => call<undefined>('DELETE', '/api/session'), onSuccess: leave });
}

/** What one person saw must not flash up for the next. */
function forgetLists(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}

/** Marks lists as stale after something changed them. */
function useRefresh(...names: string[]) {
  const client = useQueryClient();
  return async () => {
    await Promise.all(names.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
}

export function useCreateJob() {
  return useMutation({
    mutationFn: ({ draft, key }: { draft: JobDraft; key: string }) => call<JobView>('POST', '/api/jobs', { body: draft, idempotencyKey: key }),
    onSuccess: useRefresh('jobs', 'runs', 'certificates'),
  });
}

/** Refused with 412 when the job is not of `version` any more. */
export function useEditJob() {
  return useMutation({
    mutationFn: ({ id, version, draft }: { id: string; version: number; draft: JobDraft }) =>
      call<JobView>('PUT', `/api/jobs/${id}`, { body: draft, ifMatch: version }),
    onSuccess: useRefresh('jobs', 'job', 'runs', 'certificates'),
  });
}

export function useSuspendJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<JobView>('POST', `/api/jobs/${id}/suspend`),
    onSuccess: (job) => putJob(client, job),
    onSettled: useRefresh('jobs', 'job', 'runs'),
  });
}

/** `missed` says which of the suppressed runs to run; the job's own policy when left out. */
export function useResumeJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, missed }: { id: string; missed?: JobView['missedRuns'] }) =>
      call<JobView>('POST', `/api/jobs/${id}/resume`, { body: missed === undefined ? {} : { missed } }),
    onSuccess: (job) => putJob(client, job),
    onSettled: useRefresh('jobs', 'job', 'runs'),
  });
}

/** The switch moves with the answer, not only when the list is read again. */
function putJob(client: QueryClient, job: JobView): void {
  client.setQueriesData<JobList>({ queryKey: ['jobs'] }, (list) =>
    list === undefined ? undefined : { ...list, items: list.items.map((item) => (item.id === job.id ? job : item)) },
  );
}

export function useDeleteJob() {
  return useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/api/jobs/${id}`),
    onSuccess: (_none, id) => noteDeleted(id),
    onSettled: useRefresh('jobs', 'runs', 'certificates'),
  });
}

export function useCancelRun() {
  const client = useQueryClient();
  const refresh = useRefresh('jobs', 'runs', 'run');
  return useMutation({
    mutationFn: (runId: string) => call<RunView>('POST', `/api/runs/${runId}/cancel`),
    onSuccess: (run) => client.setQueryData(['run', run.id], run),
    onSettled: refresh,
  });
}

export function useDeleteArtifact() {
  return useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/api/artifacts/${id}`),
    onSettled: useRefresh('artifacts', 'coverage'),
  });
}

export function useWithdrawArtifact() {
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) => call<ArtifactView>('POST', `/api/artifacts/${id}/withdraw`, { body: { reason } }),
    onSettled: useRefresh('artifacts', 'coverage'),
  });
}

export function useRunWindowAgain() {
  return useMutation({
    mutationFn: (artifactId: string) => call<RunView>('POST', `/api/artifacts/${artifactId}/run-again`),
    onSettled: useRefresh('artifacts', 'jobs', 'runs', 'coverage'),
  });
}

export function useAddCertificate() {
  return useMutation({
    mutationFn: (body: CertificateUpload) => call<CertificateView>('POST', '/api/certificates', { body }),
    onSuccess: useRefresh('certificates'),
  });
}

export function useRenameCertificate() {
  return useMutation({
    mutationFn: ({ id, ...body }: CertificateChange & { id: string }) => call<CertificateView>('PUT', `/api/certificates/${id}`, { body }),
    onSuccess: useRefresh('certificates', 'jobs', 'job'),
  });
}

export function useDeleteCertificate() {
  return useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/api/certificates/${id}`),
    onSettled: useRefresh('certificates'),
  });
}
