import { createHash } from 'node:crypto';
import { CodedError } from '../errors.ts';
import { parseRunManifest, type RunManifest } from '../pipeline/run-manifest.ts';
import { isSignatureOf } from '../pipeline/signature.ts';
import { checkChains, type ReadManifest } from '../pipeline/verify-chain.ts';
import { findBrokenChains, findOverdueDeletions, findRunsWithoutFiles, listManifestsToCheck, type ManifestToCheck } from '../records/check-rows.ts';
import { inTenant } from '../records/database.ts';
import { findOverduePackages } from '../records/data-requests/packages.ts';
import { findTenants } from '../records/planner.ts';
import { readHalt } from '../records/retention.ts';
import { findOpenRuns } from '../records/run-lease.ts';
import { listSigningKeys } from '../records/signing-keys.ts';
import type { CheckFinding } from './check-finding.ts';
import type { Services } from './services.ts';

const BATCH = 200;
/** Retention has a day; a little more is no fault of its own. */
const DELETION_HOURS = 25;

/** Whether the rows say the same as each other: runs, artifacts, manifests, chains. */
export async function checkRows(services: Services): Promise<{ readonly manifests: number; readonly findings: readonly CheckFinding[] }> {
  const stuck = await findStuckRuns(services);
  const findings: CheckFinding[] = stuck.map(({ runId, tenantId }) => ({ code: 'check.run_stuck', about: runId, tenantId }));
  const keys = new Set((await listSigningKeys(services.database)).map((one) => one.id));
  const halt = await readHalt(services.database);
  if (halt) findings.push({ code: 'check.retention_halted', about: 'retention', tenantId: null, detail: { cause: halt.cause } });
  let manifests = 0;
  for (const tenantId of await findTenants(services.database)) {
    manifests += await checkManifests(services, tenantId, keys, findings);
    await inTenant(services.database, tenantId, async (tx) => {
      for (const run of await findRunsWithoutFiles(tx, tenantId)) findings.push({ code: 'check.run_without_files', about: run, tenantId });
      for (const { jobId, ...detail } of await findBrokenChains(tx, tenantId)) findings.push({ code: 'check.coverage', about: jobId, tenantId, detail });
      if (halt) return;
      for (const { fileName, ...detail } of await findOverdueDeletions(tx, tenantId, DELETION_HOURS)) {
        findings.push({ code: 'check.deletion_overdue', about: fileName, tenantId, detail });
      }
      for (const { fileName, ...detail } of await findOverduePackages(tx, tenantId, DELETION_HOURS))
        findings.push({ code: 'check.deletion_overdue', about: fileName, tenantId, detail });
    });
  }
  return { manifests, findings };
}

/** An open run without a task is worked on by nobody. */
export async function findStuckRuns(services: Services): Promise<{ readonly tenantId: string; readonly runId: string }[]> {
  const open = await findOpenRuns(services.database);
  const live = await services.queue.liveRuns();
  const lost = open.filter((run) => !live.has(run.runId));
  if (lost.length === 0) return [];
  // One that ended in between is not stuck.
  const still = new Set((await findOpenRuns(services.database)).map((run) => run.runId));
  return lost.filter((run) => still.has(run.runId));
}

async function checkManifests(services: Services, tenantId: string, keys: ReadonlySet<string>, findings: CheckFinding[]): Promise<number> {
  let count = 0;
  let behind: ManifestToCheck | null = null;
  // The chain goes on over the pages: the last manifest of a page is looked at again with the next.
  let before: ReadManifest[] = [];
  for (;;) {
    const page: ManifestToCheck[] = await inTenant(services.database, tenantId, (tx) => listManifestsToCheck(tx, tenantId, behind, BATCH));
    const read = page.flatMap((one) => readOne(one, tenantId, keys, findings));
    for (const { code, file, detail } of checkChains([...before, ...read], before.length === 0)) {
      findings.push({ code: 'check.chain', about: file, tenantId, detail: { cause: code, ...(detail as object | undefined) } });
    }
    count += page.length;
    if (page.length < BATCH) return count;
    behind = page.at(-1) ?? null;
    before = read.slice(-1);
  }
}

function readOne(one: ManifestToCheck, tenantId: string, keys: ReadonlySet<string>, findings: CheckFinding[]): ReadManifest[] {
  const wrong = (cause: string) => findings.push({ code: 'check.manifest', about: one.runId, tenantId, detail: { cause } });
  let manifest: RunManifest;
  try {
    manifest = parseRunManifest(one.body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    wrong('structure');
    return [];
  }
  const sha256 = createHash('sha256').update(one.body).digest('hex');
  if (sha256 !== one.sha256) wrong('hash');
  if (!isSignatureOf(one.body, one.signature, manifest.signedBy)) wrong('signature');
  else if (!keys.has(manifest.signedBy.keyId)) wrong('signing key');
  if (manifest.run.id !== one.runId || manifest.job.id !== one.jobId || manifest.chain.sequence !== one.sequence) wrong('run, job or place');
  const said = manifest.parts.map(({ number, name, bytes, sha256: hash, rows }) => `${number} ${name} ${bytes} ${hash} ${rows}`);
  const listed = one.parts.map(({ part, name, bytes, sha256: hash, rows }) => `${part} ${name} ${bytes} ${hash} ${rows}`);
  if (said.join('\n') !== listed.join('\n')) findings.push({ code: 'check.manifest_parts', about: one.runId, tenantId });
  return [{ file: one.runId, sha256, manifest }];
}
