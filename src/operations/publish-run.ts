import { artifactName } from '../domain/artifact.ts';
import { CodedError } from '../errors.ts';
import type { ArchiveResult } from '../pipeline/archive.ts';
import type { RunPart } from '../pipeline/run-manifest.ts';
import { insertArtifact } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { closeWindow } from '../records/chains.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { readTenant } from '../records/people.ts';
import { type Claim, endRun } from '../records/run-lease.ts';
import { supersedeRuns } from '../records/run-changes.ts';
import { announceRun, announceRuns, type RunRecord } from '../records/runs.ts';
import { passTurns } from './give-turns.ts';
import type { RunPulse } from './run-pulse.ts';
import type { Services } from './services.ts';
import { signRun } from './sign-run.ts';
import { installationSigner } from './signing-key.ts';

export interface MadeArchive {
  readonly written: ArchiveResult;
  /** Key of the sealed and checked object. */
  readonly key: string;
  /** Rows that the source stored before it were read; null when it cannot tell. */
  readonly arrivalTo: string | null;
  /** The source's clock at the snapshot. */
  readonly sourceNow: string;
}

/** Artifact row, window closed, end of the run, the next run's turn and audit records in one transaction, guarded by the fence: listed whole or not at all. */
export async function publishRun(services: Services, run: RunRecord, lease: Claim, made: MadeArchive, pulse: RunPulse): Promise<void> {
  const { written } = made;
  pulse.phase('publishing');
  pulse.signal.throwIfAborted();
  const { tenantId, runId } = lease;
  const plainBytes = written.entries.reduce((sum, entry) => sum + (entry.rows === null ? 0 : entry.bytes), 0);
  const signer = await installationSigner(services);
  await inTenant(services.database, tenantId, async (tx) => {
    if (run.jobId) await lockJob(tx, tenantId, run.jobId);
    const status = written.rows === 0 ? 'succeeded_no_data' : 'succeeded';
    const fileBytes = written.rows === 0 ? 0 : written.fileBytes;
    const held = await endRun(tx, lease, { status, rows: written.rows, bytes: plainBytes, fileBytes, sourceNow: made.sourceNow, phases: pulse.phases() });
    if (!held) throw new CodedError('run.lost_lease');
    await closeItsWindow(tx, run, tenantId, made.arrivalTo);
    await announceRuns(tx, tenantId, await supersedeRuns(tx, tenantId, runId));
    if (written.rows > 0) await listArtifact(tx, run, tenantId, made);
    const totals = { rows: written.rows, plainBytes, parts: partsOf(run, written) };
    await signRun(tx, signer, { tenantId, run, attempt: lease.attempt, arrivalTo: made.arrivalTo, udmVersion: services.version, ...totals });
    await recordAct(tx, {
      tenantId,
      actor: { kind: 'system' },
      action: 'run.succeeded',
      object: { kind: 'run', id: runId },
      detail: { attempt: lease.attempt, rows: written.rows },
    });
    await announceRun(tx, tenantId, runId);
    if (run.jobId) await passTurns(services, tx, tenantId, [run.jobId]);
  });
  services.log.info({ event: 'run.succeeded', runId, tenantId, rows: written.rows, bytes: written.fileBytes });
}

function partsOf(run: RunRecord, { rows, fileBytes, fileSha256 }: ArchiveResult): RunPart[] {
  return rows === 0 ? [] : [{ number: 1, name: nameOf(run), rows, bytes: fileBytes, sha256: fileSha256 }];
}

function nameOf(run: RunRecord): string {
  const window = { from: run.windowFrom, to: run.windowTo };
  return artifactName({ source: run.sourceName, type: run.type, window, runId: run.id, part: 1, parts: 1 });
}

async function listArtifact(tx: Tx, run: RunRecord, tenantId: string, { written, key }: MadeArchive): Promise<void> {
  const { retentionDays } = await readTenant(tx, tenantId);
  const artifactId = await insertArtifact(tx, {
    tenantId,
    runId: run.id,
    part: 1,
    fileName: nameOf(run),
    objectKey: key,
    rows: written.rows,
    bytes: written.fileBytes,
    sha256: written.fileSha256,
    retentionDays,
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
