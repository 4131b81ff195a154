import { objectKey } from '../domain/artifact.ts';
import { certificateProblem } from '../domain/certificate.ts';
import { CodedError } from '../errors.ts';
import type { ArchiveResult } from '../pipeline/archive.ts';
import { writeArchive } from '../pipeline/write-archive.ts';
import type { ExecuteRunTask } from '../queue/index.ts';
import { isListed } from '../records/artifacts.ts';
import { type CertificateRecord, readCertificates } from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import type { Claim } from '../records/run-lease.ts';
import { readRunSettings } from '../records/run-settings.ts';
import type { RunRecord } from '../records/runs.ts';
import type { SourceSnapshot } from '../sources/source.ts';
import { claim } from './claim-run.ts';
import { describeArchive, settingsInWords } from './describe-archive.ts';
import { endUnsuccessfully } from './end-run.ts';
import { openSnapshot } from './open-snapshot.ts';
import { publishRun } from './publish-run.ts';
import { type RunPulse, startPulse } from './run-pulse.ts';
import { requireRoom } from './queue-run.ts';
import { recipientOf } from './recipient-of.ts';
import type { Services } from './services.ts';
import { installationSigner } from './signing-key.ts';

/**
 * THE MAIN FLOW: one run, from its task to its artifact. Contact-centre rows leave the source as JSON Lines, become an
 * encrypted archive in storage, are read back and checked, and only then listed. Whatever fails, the run ends with a
 * plain cause and nothing half-done stays. `stop` is the worker's own signal: the task was taken away or UDM is stopping.
 */
export async function executeRun(services: Services, task: ExecuteRunTask, stop: AbortSignal): Promise<void> {
  const claimed = await claim(services, task);
  if (!claimed) return;
  const pulse = startPulse(services, claimed.lease, stop);
  const key = objectKey(task.tenantId, task.runId, claimed.lease.attempt, 1);
  let snapshot: SourceSnapshot | null = null;
  try {
    await requireRoom(services);
    const recipients = await validRecipients(services, claimed.run, task.tenantId);
    snapshot = await openSnapshot(services, claimed.run, task.tenantId, pulse);
    const written = await writeArtifact(services, claimed.run, claimed.lease, snapshot, recipients, key, pulse);
    await publishRun(services, claimed.run, claimed.lease, { written, key, arrivalTo: snapshot.arrivalTo, sourceNow: snapshot.now }, pulse);
  } catch (error) {
    // Before the run is given back: the next claim may write an object of the same name.
    await removeUnlisted(services, claimed.lease, key);
    await endUnsuccessfully(services, claimed.lease, claimed.run.jobId, pulse.reasonOf(error), pulse.phases());
  } finally {
    await snapshot?.close().catch(() => {});
    await pulse.stop();
  }
}

/** Every recipient's certificate must be valid now, else nothing is read. */
async function validRecipients(services: Services, run: RunRecord, tenantId: string): Promise<CertificateRecord[]> {
  const records = await inTenant(services.database, tenantId, (tx) => readCertificates(tx, tenantId, run.certificateIds));
  for (const one of records) {
    const problem = certificateProblem(one, one.readAt);
    if (problem) throw new CodedError('run.certificate_invalid', { value: { problem, fingerprint: one.fingerprint } });
  }
  if (records.length === 0 || records.length < run.certificateIds.length)
    throw new CodedError('run.certificate_invalid', { value: { problem: 'certificate.missing' } });
  return records;
}

/** Rows → archive → temporary object → sealed object, read back and checked while the content key is still in memory. */
async function writeArtifact(
  services: Services,
  run: RunRecord,
  lease: Claim,
  snapshot: SourceSnapshot,
  recipients: readonly CertificateRecord[],
  key: string,
  pulse: RunPulse,
): Promise<ArchiveResult> {
  const createdAt = new Date(await databaseNow(services.database));
  const signer = await installationSigner(services);
  const settings = await inTenant(services.database, lease.tenantId, (tx) => readRunSettings(tx, lease.tenantId, run.id));
  const object = await services.storage.create(key);
  try {
    pulse.phase('reading');
    const written = await writeArchive({
      files: snapshot.files.map((file) => ({ ...file, lines: () => snapshot.lines(file) })),
      recipients: recipients.map(recipientOf),
      ...describeArchive(
        {
          udmVersion: services.version,
          createdAt: createdAt.toISOString(),
          run: { id: run.id, attempt: lease.attempt, scheduledAt: run.scheduledAt.toISOString() },
          job: { id: run.jobId, title: run.jobTitle },
          source: run.sourceName,
          type: run.type,
          entityTypes: run.entityTypes,
          window: { from: run.windowFrom, to: run.windowTo },
          arrival: snapshot.arrivalTo === null ? null : { from: run.lateFrom, to: snapshot.arrivalTo },
          recipients: recipients.map((one) => one.fingerprint),
          part: { number: 1, of: 1 },
        },
        settingsInWords(settings, createdAt),
        signer,
      ),
      time: createdAt,
      sink: (chunk) => object.write(chunk),
      onProgress: (progress) => pulse.progress(progress),
      signal: pulse.signal,
      packer: services.packer,
    });
    if (written.rows === 0) {
      written.forget();
      return written;
    }
    pulse.phase('sealing');
    await object.seal();
    pulse.phase('verifying');
    await written.verifyStored(await services.storage.read(key));
    return written;
  } finally {
    await object.discard();
  }
}

/**
 * Removes what a failed attempt sealed, unless an artifact lists it: a COMMIT whose answer was lost has published all the
 * same. When the database cannot tell, the object stays, and the next claim of the run removes it.
 */
async function removeUnlisted(services: Services, lease: Claim, key: string): Promise<void> {
  const listed = await inTenant(services.database, lease.tenantId, (tx) => isListed(tx, lease.tenantId, lease.runId, key)).catch(() => true);
  if (!listed) await services.storage.remove(key).catch(() => {});
}
