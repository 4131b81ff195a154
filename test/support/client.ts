import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import type { CertificateView } from '../../src/contract/certificate.ts';
import type { JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import type { SessionView } from '../../src/contract/session.ts';

/** A signed-in client of the HTTP API, as a user's script would be. */
export interface Client {
  readonly session: SessionView;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The JSON of a successful answer; throws with the problem document otherwise. */
  json<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export async function signInTo(url: string, account: { tenant: string; user: string; password: string }): Promise<Client> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenant: account.tenant, user: account.user, password: account.password }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const session = (await answer.json()) as SessionView;
  const cookie = (answer.headers.getSetCookie()[0] as string).split(';')[0] as string;
  const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: { cookie, 'x-csrf-token': session.csrfToken, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    session,
    request,
    async json<T>(method: string, path: string, body?: unknown) {
      const response = await request(method, path, body);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
}

/** A job for all data of a type, to the first certificate there is. */
export async function createJobFor(client: Client, part: { source?: string; type?: string; entityTypes?: 'all' | string[] } = {}): Promise<JobView> {
  const { items } = await client.json<{ items: CertificateView[] }>('GET', '/api/certificates');
  return client.json<JobView>('POST', '/api/jobs', {
    title: 'All data',
    source: part.source ?? 'UCSX',
    type: part.type ?? 'Interaction',
    entityTypes: part.entityTypes ?? 'all',
    run: { kind: 'once', start: 'immediately' },
    range: { kind: 'all' },
    recipients: [(items[0] as CertificateView).id],
  });
}

/** Polls a run until `wanted` says so. Fails after the deadline with the last state seen. */
export async function runUntil(client: Client, runId: string, wanted: (run: RunView) => boolean, seconds = 120): Promise<RunView> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const run = await client.json<RunView>('GET', `/api/runs/${runId}`);
    if (wanted(run)) return run;
    if (performance.now() > deadline) throw new Error(`run ${runId} did not get there: ${JSON.stringify(run)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const hasEnded = (run: RunView): boolean => run.status !== 'queued' && run.status !== 'running';

/** The artifacts of a run. */
export async function artifactsOf(client: Client, runId: string): Promise<ArtifactView[]> {
  return (await client.json<{ items: ArtifactView[] }>('GET', `/api/artifacts?run=${runId}`)).items;
}

/** Saves the content of an artifact. */
export async function downloadTo(client: Client, artifactId: string, file: string): Promise<void> {
  const answer = await client.request('GET', `/api/artifacts/${artifactId}/content`);
  if (!answer.ok || !answer.body) throw new Error(`download: ${answer.status} ${await answer.text()}`);
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
}
