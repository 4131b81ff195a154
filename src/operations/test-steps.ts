import { certificateProblem } from '../domain/certificate.ts';
import { previewRuns } from '../domain/job-preview.ts';
import type { Actor } from '../domain/permission.ts';
import type { Window } from '../domain/window.ts';
import type { TestStep } from '../contract/job-test.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import type { JobRecord } from '../records/jobs.ts';
import type { SourceSnapshot } from '../sources/source.ts';
import { auditActor } from './actor-of.ts';
import { type ReadDraft, readDraft } from './check-draft.ts';
import { chainOf } from './chain-standing.ts';
import { makeProofFile, type ProofFile } from './proof-file.ts';
import { installationSigner } from './signing-key.ts';
import type { Services } from './services.ts';
import { connectorOf } from './sources.ts';

/** What a test knows so far; each step adds to it. */
export interface JobTest {
  readonly services: Services;
  readonly actor: Actor;
  readonly input: unknown;
  /** The job that is edited. */
  readonly job: JobRecord | null;
  /** Aborted when its author leaves. */
  readonly signal: AbortSignal;
  /** Aborted then too, and when the source has had its time. */
  readonly reading: AbortSignal;
  read?: ReadDraft;
  firstRun?: { readonly at: string; readonly window: Window | null } | undefined;
  snapshot?: SourceSnapshot;
  file?: ProofFile;
}

export type Facts = Readonly<Record<string, string | number | boolean | null>>;
const DAY_MS = 86_400_000;
const SAMPLE_ROWS = 10;

/** Each step answers with what it found, or throws a coded error that says what is wrong. */
export const STEPS: Readonly<Record<TestStep, (test: JobTest) => Promise<Facts>>> = { settings, recipients, source, tables, rows, sample, encrypt };

/** The draft as saving would read it. That a source is about to be read is on record from here on. */
async function settings(test: JobTest): Promise<Facts> {
  const { services, actor, job } = test;
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    const read = await readDraft(services, tx, actor, test.input, job ?? undefined);
    const { draft, now } = read;
    const { chain } = await chainOf(tx, actor, { time: draft, source: read.source, type: draft.type, entityTypes: draft.entityTypes, job });
    test.read = read;
    [test.firstRun] = previewRuns({ run: draft.run, timeZone: draft.timeZone, range: draft.range, chain, after: now.getTime(), count: 1 });
    const object = { kind: 'source', id: read.source.id };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'job.tested', object, detail: { job: job?.id ?? null, type: draft.type } });
  });
  return { firstRunAt: test.firstRun?.at ?? null };
}

/** A run refuses before it reads when one of its certificates is not valid. */
async function recipients(test: JobTest): Promise<Facts> {
  const { recipients: chosen } = readOf(test);
  for (const problem of ['certificate.expired', 'certificate.not_yet_valid'] as const) {
    const bad = chosen.filter((one) => certificateProblem(one, one.readAt) === problem);
    if (bad.length > 0) throw new CodedError(problem, { field: 'recipients', value: bad.map((one) => one.fingerprint) });
  }
  const first = Math.min(...chosen.map((one) => one.notAfter.getTime()));
  return { certificates: chosen.length, validUntil: new Date(first).toISOString() };
}

async function source(test: JobTest): Promise<Facts> {
  const { services, reading } = test;
  const sourceNow = await connectorOf(services, readOf(test).source).reach(reading);
  const behind = Date.parse(await databaseNow(services.database)) - Date.parse(sourceNow);
  return { sourceNow, behindSeconds: Math.round(behind / 1_000) };
}

async function tables(test: JobTest): Promise<Facts> {
  const { draft, source: record } = readOf(test);
  const { from, to } = countedWindow(test);
  const entityTypes = draft.entityTypes === 'all' ? null : draft.entityTypes;
  test.snapshot = await connectorOf(test.services, record).open({ type: draft.type, entityTypes, window: { from, to } }, test.reading);
  return { entityTypes: new Set(test.snapshot.files.map((file) => file.entityType)).size };
}

async function rows(test: JobTest): Promise<Facts> {
  const { from, to, isEarlier } = countedWindow(test);
  const files = (await test.snapshot?.estimateRows())?.files ?? [];
  return { rows: files.reduce((sum, one) => sum + one, 0), from, to, isEarlier };
}

async function sample(test: JobTest): Promise<Facts> {
  const { draft, source: record } = readOf(test);
  const entityTypes = draft.entityTypes === 'all' ? null : draft.entityTypes;
  const samples = await connectorOf(test.services, record).sample({ type: draft.type, entityTypes, rows: SAMPLE_ROWS }, test.reading);
  return { rows: samples.reduce((sum, one) => sum + one.rows.length, 0) };
}

async function encrypt(test: JobTest): Promise<Facts> {
  const { services, job, signal } = test;
  const { draft, recipients: chosen } = readOf(test);
  const time = new Date(await databaseNow(services.database));
  const signer = await installationSigner(services);
  test.file = await makeProofFile({ draft, recipients: chosen, jobId: job?.id ?? null, time, version: services.version, signer }, signal);
  return { bytes: test.file.bytes.length, certificates: chosen.length };
}

/** The window of the first run as far as it has passed; of one still to come, a stretch as long that ends now says what to expect. */
function countedWindow(test: JobTest): Window & { readonly isEarlier: boolean } {
  const now = readOf(test).now.getTime();
  const { from, to } = test.firstRun?.window ?? { from: new Date(now).toISOString(), to: new Date(now + DAY_MS).toISOString() };
  if (to === null || Date.parse(to) <= now || from === null) return { from, to, isEarlier: false };
  const length = Date.parse(to) - Date.parse(from);
  return { from: new Date(now - length).toISOString(), to: new Date(now).toISOString(), isEarlier: true };
}

function readOf({ read }: JobTest): ReadDraft {
  if (!read) throw new Error('the settings come first');
  return read;
}
