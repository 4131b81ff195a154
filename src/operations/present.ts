import type { ArtifactView } from '../contract/artifact.ts';
import type { CertificateView } from '../contract/certificate.ts';
import type { JobRun, JobView } from '../contract/job.ts';
import type { ProgressView, RunView } from '../contract/run.ts';
import { artifactState, remainingDays } from '../domain/artifact.ts';
import { fileState } from '../domain/deletion.ts';
import type { FreshnessVerdict } from '../domain/freshness.ts';
import { type JobStanding, whyNotDelete, whyNotEdit, whyNotResume, whyNotRunNow } from '../domain/job-rules.ts';
import { type ScheduleWords, scheduleSentence } from '../domain/schedule-sentence.ts';
import { faultOf } from '../domain/run-fault.ts';
import { type RunStanding, whyNotCancel, whyNotDelete as whyNotDeleteRun, whyNotRetry } from '../domain/run-rules.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { ArtifactRecord } from '../records/artifacts.ts';
import type { CertificateRecord } from '../records/certificates.ts';
import type { JobRecord } from '../records/jobs.ts';
import type { RunRecord } from '../records/runs.ts';

/** Records as the doors show them: the only way data leaves. */

export function presentRun(run: RunRecord): RunView {
  const whyNot = { cancel: whyNotCancel(run.status), retry: whyNotRetry(standingOfRun(run)), delete: whyNotDeleteRun(run.status) };
  return {
    id: run.id,
    jobId: run.jobId,
    jobTitle: run.jobTitle,
    source: run.sourceName,
    type: run.type,
    entityTypes: run.entityTypes,
    status: run.status,
    trigger: run.trigger,
    window: { from: run.windowFrom, to: run.windowTo },
    scheduledAt: run.scheduledAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    attempt: run.attempt,
    progress: presentProgress(run),
    retryAt: run.retryAt?.toISOString() ?? null,
    cancelRequested: run.cancelRequestedAt !== null,
    retries: run.retries,
    error: presentCause(run.errorCode, run.errorValue),
    fileNames: run.fileNames,
    fileBytesTotal: run.fileBytesTotal,
    place: run.place,
    supersededBy: run.supersededBy,
    may: { cancel: whyNot.cancel === null, retry: whyNot.retry === null, delete: whyNot.delete === null },
    whyNot,
  };
}

function presentProgress(run: RunRecord): ProgressView {
  const succeeded = run.status === 'succeeded' || run.status === 'succeeded_no_data';
  return {
    phase: run.phase as ProgressView['phase'],
    rows: run.rowsDone,
    rowsEstimated: run.rowsEstimated,
    bytes: run.bytesDone,
    fileBytes: run.fileBytes,
    percent: succeeded ? 100 : run.percent,
    timeLeft: run.timeLeft && 'from' in run.timeLeft ? run.timeLeft : null,
    timeLeftUnknown: run.timeLeft && 'unknown' in run.timeLeft ? run.timeLeft.unknown : null,
  };
}

/** Where a run stands, for the rules of what may be done with it. */
export function standingOfRun(run: RunRecord): RunStanding {
  return { status: run.status, triesAgain: run.retryAt !== null, hasJob: run.jobId !== null, chain: run.chainStanding };
}

/** The cause of an end that was no success, in plain words and with the next step. */
export function presentCause(code: string | null, value: unknown): RunView['error'] {
  if (code === null) return null;
  const known = code in ERRORS ? (code as ErrorCode) : 'internal';
  const { text, fix } = ERRORS[known];
  return { code, fault: faultOf(known), text, fix, ...(value === null || value === undefined ? {} : { value }) };
}

export function presentJob(job: JobRecord, standing: JobStanding, freshness: FreshnessVerdict, lastRun: RunRecord | null, words: ScheduleWords): JobView {
  const whyNot = {
    edit: whyNotEdit(standing),
    resume: job.state === 'suspended' ? whyNotResume(standing) : null,
    delete: whyNotDelete(standing),
    runNow: whyNotRunNow(standing),
  };
  return {
    id: job.id,
    version: job.version,
    title: job.title,
    description: job.description,
    source: job.sourceName,
    type: job.type,
    entityTypes: job.entityTypes ?? 'all',
    timeZone: job.timeZone,
    run: job.run as JobRun,
    range: job.dateRange,
    missedRuns: job.missedRuns,
    splitMegabytes: job.splitMegabytes,
    compression: job.compression,
    format: job.format,
    csvFormulas: job.csvFormulas,
    recipients: job.recipients,
    state: job.state,
    may: {
      edit: whyNot.edit === null,
      suspend: job.state === 'active',
      resume: job.state === 'suspended' && whyNot.resume === null,
      delete: whyNot.delete === null,
      runNow: whyNot.runNow === null,
    },
    whyNot,
    freshness: freshness.state,
    freshnessReason: {
      code: freshness.reason,
      run: freshness.runId,
      cause: freshness.cause,
      at: freshness.at === null ? null : new Date(freshness.at).toISOString(),
    },
    sentence: scheduleSentence(job.run, job.timeZone, job.readAt.getTime(), words),
    nextRunAt: job.state === 'active' ? (job.nextRunAt?.toISOString() ?? null) : null,
    exportedUpTo: job.exportedUpTo,
    suppressedRuns: job.suppressedRuns,
    owner: job.owner,
    createdAt: job.createdAt.toISOString(),
    lastRun: lastRun ? presentRun(lastRun) : null,
  };
}

export function presentArtifact(artifact: ArtifactRecord, runAgain: ArtifactView['runAgain']): ArtifactView {
  const state = artifactState(artifact, artifact.readAt);
  return {
    id: artifact.id,
    fileName: artifact.fileName,
    runId: artifact.runId,
    jobId: artifact.jobId,
    jobTitle: artifact.jobTitle,
    source: artifact.sourceName,
    type: artifact.type,
    window: { from: artifact.windowFrom, to: artifact.windowTo },
    part: artifact.part,
    whole: { ...artifact.whole },
    rows: artifact.rows,
    bytes: artifact.bytes,
    sha256: artifact.sha256,
    createdAt: artifact.createdAt.toISOString(),
    expiresAt: artifact.expiresAt.toISOString(),
    remainingDays: artifact.deletedAt !== null ? 0 : remainingDays(artifact.expiresAt, artifact.readAt),
    state,
    deletedAt: artifact.deletedAt?.toISOString() ?? null,
    withdrawnFor: artifact.withdrawnFor,
    file: presentFile(artifact),
    runAgain,
  };
}

function presentFile(artifact: ArtifactRecord): ArtifactView['file'] {
  const state = fileState(artifact, artifact.readAt);
  const since = state === 'gone' ? artifact.objectGoneAt : state === 'missing' || state === 'damaged' ? artifact.damagedAt : null;
  return {
    state,
    since: since?.toISOString() ?? null,
    tries: artifact.deletionTries,
    nextTryAt: artifact.deletionNextAt?.toISOString() ?? null,
    cause: artifact.deletionError,
  };
}

export function presentCertificate(one: CertificateRecord, jobs: CertificateView['jobs'], mayChange: boolean): CertificateView {
  return {
    id: one.id,
    label: one.label,
    subject: one.subject,
    issuer: one.issuer,
    serial: one.serial,
    fingerprint: one.fingerprint,
    keyBits: one.keyBits,
    notBefore: one.notBefore.toISOString(),
    notAfter: one.notAfter.toISOString(),
    daysLeft: remainingDays(one.notAfter, one.readAt),
    owner: one.owner,
    mayChange,
    createdAt: one.createdAt.toISOString(),
    jobCount: one.jobCount,
    jobs,
    warnings: one.warnings,
    keyTransport: one.keyTransport,
    contentCipher: one.contentCipher,
    provenAt: one.provenAt?.toISOString() ?? null,
  };
}
