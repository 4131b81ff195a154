import { objectKey } from '../domain/artifact.ts';
import { splitBytes } from '../domain/file-settings.ts';
import { certificateProblem } from '../domain/certificate.ts';
import { CodedError } from '../errors.ts';
import type { ArchiveFile, PartFile } from '../pipeline/archive.ts';
import { type FormatSettings, inFormat } from '../pipeline/formats/open-format.ts';
import type { TakenRun } from '../queue/index.ts';
import { isListed } from '../records/artifacts.ts';
import { type CertificateRecord, readCertificates } from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import type { Claim } from '../records/run-lease.ts';
import { readRunSettings, type RunSettings } from '../records/run-settings.ts';
import type { RunRecord } from '../records/runs.ts';
import type { SourceSnapshot } from '../sources/source.ts';
import { claim, removeEarlierAttempts } from './claim-run.ts';
import { describeArchive, settingsInWords } from './describe-archive.ts';
import { endUnsuccessfully } from './end-run.ts';
import { noteSubjects } from './note-subjects.ts';
import { openSnapshot } from './open-snapshot.ts';
import { type MadePart, publishRun } from './publish-run.ts';
import { removeAttempt } from './remove-attempt.ts';
import { type RunPulse, startPulse } from './run-pulse.ts';
import { requireRoom } from './queue-run.ts';
import { recipientOf } from './recipient-of.ts';
import type { Services } from './services.ts';
import { installationSigner } from './signing-key.ts';
import { requireStorageQuota } from './tenant-settings.ts';

/**
 * THE MAIN FLOW: one run, from its task to its artifact. Contact-centre rows leave the source as JSON Lines, become an
 * encrypted archive in storage, are read back and checked, and only then listed. Whatever fails, the run ends with a
 * plain cause and nothing half-done stays. `stop` is the worker's own signal: the task was taken away or UDM is stopping.
 */
export async function executeRun(services: Services, task: TakenRun, stop: AbortSignal): Promise<void> {
  const claimed = await claim(services, task);
  if (!claimed) return;
  const pulse = startPulse(services, claimed.lease, stop);
  const parts: MadePart[] = [];
  let snapshot: SourceSnapshot | null = null;
  try {
    await removeEarlierAttempts(services, claimed.lease);
    await requireRoom(services);
    await requireStorageQuota(services, task.tenantId);
    const recipients = await validRecipients(services, claimed.run, task.tenantId);
    snapshot = await openSnapshot(services, claimed.run, task.tenantId, pulse);
    const subjects = await noteSubjects(services, snapshot, task.tenantId);
    await writeParts(services, claimed.run, claimed.lease, { snapshot, recipients, parts, pulse });
    // One that ended meanwhile is nobody's to hand a new file to.
    await validRecipients(services, claimed.run, task.tenantId);
    // A run without rows has no files, however many parts its empty entries took.
    if (parts.every(({ written }) => written.rows === 0)) await removeAttempt(services.storage, task.tenantId, claimed.run.id, claimed.lease.attempt);
    await publishRun(
      services,
      claimed.run,
      claimed.lease,
      { parts, subjects: await subjects.index(), arrivalTo: snapshot.arrivalTo, sourceNow: snapshot.now },
      pulse,
    );
  } catch (error) {
    // Before the run is given back: the next claim may write an object of the same name.
    await removeUnlisted(services, claimed.lease);
    await endUnsuccessfully(services, claimed.lease, claimed.run.jobId, pulse.reasonOf(error), pulse.record().phases);
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

interface Making {
  readonly snapshot: SourceSnapshot;
  readonly recipients: readonly CertificateRecord[];
  /** Parts that are sealed and checked. */
  readonly parts: MadePart[];
  readonly pulse: RunPulse;
}

/** Rows → archives of at most the size of the job → sealed objects, each read back and checked. */
async function writeParts(services: Services, run: RunRecord, lease: Claim, { snapshot, recipients, parts, pulse }: Making): Promise<void> {
  const createdAt = new Date(await databaseNow(services.database));
  const signer = await installationSigner(services);
  const settings = await inTenant(services.database, lease.tenantId, (tx) => readRunSettings(tx, lease.tenantId, run.id));
  const made = fileOf(settings);
  pulse.phase('reading');
  await services.archiver.writeParts({
    files: await filesOf(snapshot, made),
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
      },
      settingsInWords(settings, createdAt),
      signer,
    ),
    time: createdAt,
    mostBytes: made.mostBytes,
    level: made.level,
    openPart: (part) => openPart(services, objectKey(lease.tenantId, lease.runId, lease.attempt, part), parts, pulse),
    onProgress: (progress) => pulse.progress(progress),
    signal: pulse.signal,
  });
}

/** How the file is made; a run of before there was a choice has none of it. */
function fileOf(settings: RunSettings | null): FormatSettings {
  const { format = 'jsonl', csvFormulas = 'keep', compression = 'fast', splitMegabytes = null } = settings ?? {};
  return { format, csvFormulas, level: compression, mostBytes: splitBytes({ splitMegabytes }) };
}

/** Big files with a plan, by which other threads read them. */
async function filesOf(snapshot: SourceSnapshot, made: FormatSettings): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  for (const file of snapshot.files) {
    const plan = await snapshot.plan?.(file);
    files.push(inFormat({ ...file, lines: () => snapshot.lines(file), ...(plan && { plan }) }, made));
  }
  return files;
}

async function openPart(services: Services, key: string, parts: MadePart[], pulse: RunPulse): Promise<PartFile> {
  const object = await services.storage.create(key);
  return {
    write: (chunk) => object.write(chunk),
    async whole(written) {
      const isLast = written.part.of !== null;
      parts.push({ written, key });
      // Of several parts one may hold an empty entry alone; it belongs to the run like every other.
      if (written.rows === 0 && written.part.number === 1 && isLast) return;
      if (isLast) pulse.phase('sealing');
      await object.seal();
      if (isLast) pulse.phase('verifying');
      const stored = await services.storage.read(key);
      try {
        await written.verifyStored(told(stored, (bytes) => pulse.checked(bytes, written.fileBytes)));
      } finally {
        // Also when nothing was read of it.
        stored.destroy();
      }
    },
    discard: () => object.discard(),
  };
}

/** The same bytes; `tell` hears how many have been read. */
async function* told(stored: AsyncIterable<Uint8Array>, tell: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of stored) {
    bytes += chunk.length;
    tell(bytes);
    yield chunk;
  }
}

/**
 * Removes what a failed attempt sealed, unless an artifact lists it: a COMMIT whose answer was lost has published all the
 * same. When the database cannot tell, the object stays, and the next claim of the run removes it.
 */
async function removeUnlisted(services: Services, lease: Claim): Promise<void> {
  const key = objectKey(lease.tenantId, lease.runId, lease.attempt, 1);
  const listed = await inTenant(services.database, lease.tenantId, (tx) => isListed(tx, lease.tenantId, lease.runId, key)).catch(() => true);
  if (!listed) await removeAttempt(services.storage, lease.tenantId, lease.runId, lease.attempt).catch(() => {});
}
