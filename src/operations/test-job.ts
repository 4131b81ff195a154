import { TEST_STEPS, type TestStep } from '../contract/job-test.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import { sealProof } from './check-proof.ts';
import type { ProofFile } from './proof-file.ts';
import { visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';
import { type Facts, type JobTest, STEPS } from './test-steps.ts';

/** What each step cannot do without; where that has failed it is skipped, all others are tried, so that every problem is told at once. */
const NEEDS: Readonly<Record<TestStep, readonly TestStep[]>> = {
  settings: [],
  recipients: ['settings'],
  source: ['settings'],
  tables: ['source'],
  rows: ['tables'],
  sample: ['tables'],
  encrypt: ['recipients'],
};

/** Somebody waits in front of a form; a source that takes longer will not do. */
const LIMIT_MS = 60_000;

export type TestProgress =
  | { readonly step: TestStep; readonly state: 'running' }
  | { readonly step: TestStep; readonly state: 'skipped' }
  | { readonly step: TestStep; readonly state: 'ok'; readonly facts: Facts }
  | { readonly step: TestStep; readonly state: 'failed'; readonly error: CodedError }
  | { readonly state: 'end'; readonly ok: boolean; readonly file: (Omit<ProofFile, 'word'> & { readonly proof: string }) | null };

/**
 * Tries what a run with these settings would do, step by step, up to a small encrypted file that its recipients can open; nothing
 * is stored, and no row leaves the source. Ends early when `signal` is aborted.
 * @param input `draft`, and `job` when one is edited
 * Errors before the first step: `permission.denied`, `not_found` for the job. Later ones are the outcome of their step.
 */
export async function* testJob(services: Services, actor: Actor, input: unknown, signal: AbortSignal): AsyncGenerator<TestProgress, void> {
  requirePermission(actor, 'jobs.create');
  const sent = (typeof input === 'object' && input !== null ? input : {}) as { readonly draft?: unknown; readonly job?: unknown };
  const job = sent.job === undefined ? null : await inTenant(services.database, actor.tenantId, (tx) => visibleJob(tx, actor, idOf(sent.job), 'jobs.create'));
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new CodedError('source.too_slow', { range: `${LIMIT_MS / 1_000} seconds` })), LIMIT_MS);
  const test: JobTest = { services, actor, input: sent.draft ?? null, job, signal, reading: AbortSignal.any([signal, limit.signal]) };
  try {
    const passed = new Set<TestStep>();
    for (const step of TEST_STEPS) {
      if (signal.aborted) return;
      yield* tryStep(test, step, passed);
    }
    yield { state: 'end', ok: passed.size === TEST_STEPS.length, file: await fileOf(test) };
  } finally {
    clearTimeout(timer);
    await test.snapshot?.close().catch(() => {});
  }
}

async function* tryStep(test: JobTest, step: TestStep, passed: Set<TestStep>): AsyncGenerator<TestProgress, void> {
  if (NEEDS[step].some((one) => !passed.has(one))) {
    yield { step, state: 'skipped' };
    return;
  }
  yield { step, state: 'running' };
  try {
    const facts = await STEPS[step](test);
    passed.add(step);
    yield { step, state: 'ok', facts };
  } catch (error) {
    yield { step, state: 'failed', error: codedOf(test, error) };
  }
}

function codedOf({ services }: JobTest, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  services.log.error({ event: 'job.test_error', reason: reasonOf(error) });
  return new CodedError('internal', { cause: error });
}

async function fileOf({ services, actor, file, read }: JobTest): Promise<Extract<TestProgress, { state: 'end' }>['file']> {
  if (!file || !read) return null;
  const { name, bytes, sha256, word } = file;
  return { name, bytes, sha256, proof: sealProof(services, actor, { word, sourceId: read.source.id, madeAt: await databaseNow(services.database) }) };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is no id answers like an unknown one. */
function idOf(sent: unknown): string {
  if (typeof sent !== 'string' || !UUID.test(sent)) throw new CodedError('not_found');
  return sent;
}
