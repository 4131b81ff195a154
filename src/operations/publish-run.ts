import { artifactName } from '../domain/artifact.ts';
import { CodedError } from '../errors.ts';
import type { ArchiveResult } from '../pipeline/archive.ts';
import type { RunPart } from '../pipeline/run-manifest.ts';
import { insertArtifact, type NewArtifact } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { closeWindow } from '../records/chains.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { readTenant } from '../records/tenants.ts';
import { insertRunSubjects } from '../records/run-subjects.ts';
import { insertEstimates } from '../records/run-estimates.ts';
import { type Claim, endRun } from '../records/run-lease.ts';
import { supersedeRuns } from '../records/run-changes.ts';
import { announceRun, announceRuns, type RunRecord } from '../records/runs.ts';
import { passTurns } from './give-turns.ts';
import { tellOfRun } from './notices.ts';
import type { RunPulse } from './run-pulse.ts';
import { suppressedPeople } from './data-requests/suppressed-people.ts';
import { deleteWithdrawn, withdrawPublished } from './data-requests/withdraw-exports.ts';
import type { Services } from './services.ts';
import { signRun } from './sign-run.ts';
import { whenKeptFrom } from './retention-clock.ts';
import { installationSigner } from './signing-key.ts';

export interface MadePart {
  readonly written: ArchiveResult;
  /** Key of the sealed and checked object. */
  readonly key: string;
}

export interface MadeArchives {
  /** In their order; a single one without rows is no artifact. */
  readonly parts: readonly MadePart[];
  /** Whom the rows name; null when the source cannot tell. */
  readonly subjects: Buffer | null;
  /** Rows that the source stored before it were read; null when it cannot tell. */
  readonly arrivalTo: string | null;
  /** The source's clock at the snapshot. */
  readonly sourceNow: string;
}

/** Artifact row, window closed, end of the run, the next run's turn and audit records in one transaction, guarded by the fence: listed whole or not at all. */
export async function publishRun(services: Services, run: RunRecord, lease: Claim, made: MadeArchives, pulse: RunPulse): Promise<void> {
  const rows = sum(made, (one) => one.rows);
  const fileBytes = rows === 0 ? 0 : sum(made, (one) => one.fileBytes);
  pulse.phase('publishing');
  pulse.signal.throwIfAborted();
  const { tenantId, runId } = lease;
  const plainBytes = sum(made, ({ entries }) => entries.reduce((all, entry) => all + (entry.rows === null ? 0 : entry.bytes), 0));
  const signer = await installationSigner(services);
  const erased = await suppressedPeople(services, tenantId);
  const withdrawn = await inTenant(services.database, tenantId, async (tx) => {
    if (run.jobId) await lockJob(tx, tenantId, run.jobId);
    const status = rows === 0 ? 'succeeded_no_data' : 'succeeded';
    const { phases, rowsGuessed, estimates } = pulse.record();
    const held = await endRun(tx, lease, { status, rows, bytes: plainBytes, fileBytes, sourceNow: made.sourceNow, phases, rowsGuessed });
    if (!held) throw new CodedError('run.lost_lease');
    if (run.jobId) await insertEstimates(tx, lease, run.jobId, estimates);
    await closeItsWindow(tx, run, tenantId, made.arrivalTo);
    await announceRuns(tx, tenantId, await supersedeRuns(tx, tenantId, runId));
    if (rows > 0) await listArtifacts(services, tx, run, tenantId, made.parts);
    if (rows > 0 && made.subjects) await insertRunSubjects(tx, lease, made.subjects);
    const totals = { rows, plainBytes, parts: rows === 0 ? [] : partsOf(run, made) };
    await signRun(tx, signer, { tenantId, run, attempt: lease.attempt, arrivalTo: made.arrivalTo, udmVersion: services.version, ...totals });
    await recordAct(tx, {
      tenantId,
      actor: { kind: 'system' },
      action: 'run.succeeded',
      object: { kind: 'run', id: runId },
      detail: { attempt: lease.attempt, rows },
    });
    await tellOfRun(services, tx, { tenantId, runId }, { kind: 'succeeded' });
    await announceRun(tx, tenantId, runId);
    if (run.jobId) await passTurns(services, tx, tenantId, [run.jobId]);
    if (rows === 0 || !made.subjects) return [];
    return withdrawPublished(services, tx, { ...lease, sourceId: run.sourceId, subjects: made.subjects }, erased);
  });
  services.log.info({ event: 'run.succeeded', runId, tenantId, rows, bytes: fileBytes });
  await deleteWithdrawn(services, tenantId, withdrawn);
}

function sum({ parts }: MadeArchives, of: (written: ArchiveResult) => number): number {
  return parts.reduce((all, { written }) => all + of(written), 0);
}

function partsOf(run: RunRecord, { parts }: MadeArchives): RunPart[] {
  return parts.map(({ written: { part, rows, fileBytes, fileSha256 } }) => ({
    number: part.number,
    name: nameOf(run, part.number, parts.length),
    rows,
    bytes: fileBytes,
    sha256: fileSha256,
  }));
}

function nameOf(run: RunRecord, part: number, parts: number): string {
  const window = { from: run.windowFrom, to: run.windowTo };
  return artifactName({ source: run.sourceName, type: run.type, window, runId: run.id, part, parts });
}

async function listArtifacts(services: Services, tx: Tx, run: RunRecord, tenantId: string, parts: readonly MadePart[]): Promise<void> {
  const kept = { retentionDays: (await readTenant(tx, tenantId)).retentionDays, keptFrom: await whenKeptFrom(services, tx) };
  for (const part of parts) await listArtifact(tx, run, { tenantId, parts: parts.length, ...kept }, part);
}

type Listing = Pick<NewArtifact, 'tenantId' | 'retentionDays' | 'keptFrom'> & { readonly parts: number };

async function listArtifact(tx: Tx, run: RunRecord, { tenantId, parts, ...kept }: Listing, { written, key }: MadePart): Promise<void> {
  const artifactId = await insertArtifact(tx, {
    tenantId,
    runId: run.id,
    part: written.part.number,
    fileName: nameOf(run, written.part.number, parts),
    objectKey: key,
    rows: written.rows,
    bytes: written.fileBytes,
    sha256: written.fileSha256,
    ...kept,
  });
  await recordAct(tx, {
    tenantId,
    actor: { kind: 'system' },
    action: 'artifact.published',
    object: { kind: 'artifact', id: artifactId },
    detail: { rows: written.rows, bytes: written.fileBytes },
  });
}

/** The window of a chain closes with its artifact, if the edge still stands where the window begins. */
async function closeItsWindow(tx: Tx, run: RunRecord, tenantId: string, arrivalTo: string | null): Promise<void> {
  if (run.chainId === null) return;
  if (!(await closeWindow(tx, { tenantId, runId: run.id, chainId: run.chainId, arrivalTo }))) throw new CodedError('run.window_conflict');
}
