import type { RunDetailsView } from '../../../src/contract/run-details.ts';

/**
 * What helps others to find a cause, and nothing that tells of a person: no titles, names of people, labels, file names or data. Names are left out by
 * naming what goes in, so that what is added to a run later stays out until somebody decides.
 */
export function diagnosticsOf({ run, attempts, parts, estimates, estimatesOfRun, settings, timeline }: RunDetailsView) {
  const { code, fault, value } = run.error ?? {};
  return {
    run: {
      id: run.id,
      jobId: run.jobId,
      type: run.type,
      entityTypes: run.entityTypes,
      status: run.status,
      trigger: run.trigger,
      window: run.window,
      scheduledAt: run.scheduledAt,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      attempt: run.attempt,
      retries: run.retries,
      progress: run.progress,
      supersededBy: run.supersededBy,
      error: run.error === null ? null : { code, fault, value },
    },
    attempts: attempts.map((one) => ({ ...one, worker: null, error: one.error && { code: one.error.code, value: one.error.value } })),
    estimates: { job: estimates, run: estimatesOfRun },
    parts: parts.map(({ part, rows, bytes, sha256, state, expiresAt }) => ({ part, rows, bytes, sha256, state, expiresAt })),
    settings: settings && {
      version: settings.version,
      timeZone: settings.timeZone,
      run: settings.run,
      range: settings.range,
      missedRuns: settings.missedRuns,
      splitMegabytes: settings.splitMegabytes,
      compression: settings.compression,
      format: settings.format,
      csvFormulas: settings.csvFormulas,
      recipients: settings.recipients.map(({ fingerprint, notAfter }) => ({ fingerprint, notAfter })),
    },
    timeline: timeline.map(({ at, kind, runId, status, action }) => ({ at, kind, runId, status, action })),
  };
}

/** Saves it as a file of the browser. */
export function saveDiagnostics(details: RunDetailsView): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(diagnosticsOf(details), null, 2)], { type: 'application/json' }));
  link.download = `udm-run-${details.run.id}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
