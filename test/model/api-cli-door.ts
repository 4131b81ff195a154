import { ok, strictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { BulkView } from '../../src/contract/bulk.ts';
import type { JobView } from '../../src/contract/job.ts';
import { buildServer } from '../../src/http/server.ts';
import { runCliHere } from '../support/cli.ts';
import { commandOf } from './command-line.ts';
import { bulkCode, bulkOf, type Door, draftOf, type Names, type Outcome, type UserAct } from './door.ts';
import { PASSWORD, type Stage } from './stage.ts';

/** HTTP statuses and exit codes of what the model says, written down once more: doors must tell them apart. */
const STATUS: Readonly<Record<string, number>> = {
  'not_found': 404,
  'version.mismatch': 412,
  'version.required': 428,
  'request.invalid': 422,
  'missed_runs.invalid': 422,
};
const CONFLICT = 409;
/** Answered with a run, or with nothing. */
const SHOWS_NO_JOB: ReadonlySet<UserAct['do']> = new Set(['delete', 'runNow', 'cancel', 'retry', 'deleteRun']);
const EXITS: Readonly<Record<number, number>> = { 404: 4, 409: 5, 412: 5, 422: 2, 428: 5 };

interface ErrorText {
  readonly code: string;
  /** How the API names the problems of a form, and the command line. */
  readonly errors?: readonly { readonly code: string }[];
  readonly problems?: readonly { readonly code: string }[];
}

/**
 * The API, asked in this process with a session, and the command line, whose commands run in this process too: each opens UDM's data
 * folder as a guest of the App that holds it here, as it would beside `udm serve`.
 */
export async function openApiAndCli(stage: Stage): Promise<Door & { close(): Promise<void> }> {
  const server = await buildServer({
    services: stage.app.services,
    events: { subscribe: () => () => {}, stop: async () => {} },
    hosts: null,
    webFolder: '/nonexistent',
  });
  const session = await signIn(server, stage);
  return {
    perform: (act, names, through) => (through === 'cli' && isForCli(act, names) ? runCommand(stage, act, names) : callApi(server, session, stage, act, names)),
    async list() {
      const answer = await server.inject({ url: '/api/jobs?limit=100&sort=createdAt', headers: session });
      strictEqual(answer.statusCode, 200, answer.body);
      return (answer.json() as { items: JobView[] }).items;
    },
    close: () => server.close(),
  };
}

async function signIn(server: FastifyInstance, stage: Stage): Promise<Record<string, string>> {
  const answer = await server.inject({ method: 'POST', url: '/api/session', payload: { tenant: 'default', user: 'admin', password: PASSWORD } });
  strictEqual(answer.statusCode, 200, answer.body);
  // Days pass in a sequence.
  await stage.query(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] as string, 'x-csrf-token': answer.json().csrfToken as string };
}

/** The command line changes the version it has just read, so it can name no other. */
function isForCli(act: UserAct, names: Names): boolean {
  return act.do !== 'edit' || act.version === (names.known(act.job)?.version ?? act.version);
}

async function callApi(server: FastifyInstance, session: Record<string, string>, stage: Stage, act: UserAct, names: Names): Promise<Outcome> {
  // Cloning is the command line's and the editor's: there is no such route.
  if (act.do === 'clone') return runCommand(stage, act, names);
  const { method, url, payload, status, headers } = requestOf(act, names, stage.certificateId);
  const answer = await server.inject({ method, url, headers: { ...session, ...headers }, ...(payload && { payload }) });
  const body = answer.body === '' ? null : (answer.json() as unknown);
  if (answer.statusCode < 400) {
    strictEqual(answer.statusCode, status, `${method} ${url}`);
    if (act.do === 'bulk') return { code: bulkCode(body as BulkView), view: null };
    return { code: 'ok', view: SHOWS_NO_JOB.has(act.do) ? null : (body as JobView) };
  }
  const error = body as ErrorText;
  strictEqual(answer.headers['content-type'], 'application/problem+json');
  strictEqual(answer.statusCode, statusOf(error.code), `${method} ${url}: ${answer.body}`);
  return { code: error.errors?.[0]?.code ?? error.code, view: null };
}

interface Request {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly payload?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  /** When it is done. */
  readonly status: number;
}

function requestOf(act: Exclude<UserAct, { do: 'clone' }>, names: Names, certificateId: string): Request {
  if (act.do === 'create') return { method: 'POST', url: '/api/jobs', payload: draftOf(act.settings, certificateId), status: 201 };
  if (act.do === 'cancel' || act.do === 'retry') return { method: 'POST', url: `/api/runs/${names.run(act.job, act.run)}/${act.do}`, status: 202 };
  if (act.do === 'deleteRun') return { method: 'DELETE', url: `/api/runs/${names.run(act.job, act.run)}`, status: 204 };
  if (act.do === 'bulk')
    return { method: 'POST', url: '/api/jobs/bulk', payload: bulkOf(act, names), headers: { 'idempotency-key': randomUUID() }, status: 200 };
  const url = `/api/jobs/${names.job(act.job)}`;
  switch (act.do) {
    case 'edit': {
      const headers: Record<string, string> = act.version === null ? {} : { 'if-match': `"${act.version}"` };
      return { method: 'PUT', url, payload: draftOf(act.settings, certificateId), headers, status: 200 };
    }
    case 'suspend':
      return { method: 'POST', url: `${url}/suspend`, status: 200 };
    case 'resume':
      return { method: 'POST', url: `${url}/resume`, ...(act.missed && { payload: { missed: act.missed } }), status: 200 };
    case 'delete':
      return { method: 'DELETE', url, status: 204 };
    case 'runNow':
      return { method: 'POST', url: `${url}/run`, status: 201 };
  }
}

async function runCommand({ app }: Stage, act: UserAct, names: Names): Promise<Outcome> {
  const args = [...commandOf(act, names), '--json'];
  const { code, stdout, stderr } = await runCliHere(args, app.dataFolder);
  if (code === 0) {
    strictEqual(stderr, '', args.join(' '));
    const said = JSON.parse(stdout) as unknown;
    if (act.do === 'bulk') return { code: bulkCode(said as BulkView), view: null };
    return { code: 'ok', view: SHOWS_NO_JOB.has(act.do) ? null : (said as JobView) };
  }
  strictEqual(stdout, '', args.join(' '));
  const { error } = JSON.parse(stderr) as { error: ErrorText };
  ok(error.code !== 'internal' && error.code !== 'usage', `${args.join(' ')}: ${stderr}`);
  strictEqual(code, EXITS[statusOf(error.code)], `exit code of ${args.join(' ')}: ${stderr}`);
  return { code: error.problems?.[0]?.code ?? error.code, view: null };
}

function statusOf(code: string): number {
  return STATUS[code] ?? CONFLICT;
}
