import type { RunDetailsView } from '../../../src/contract/run-details.ts';
import { formToClone } from './form-from-job.ts';
import { emptyForm, type JobForm } from './job-form.ts';

/**
 * The form of a new job with the settings a run was made with, whatever became of its job since. Of a run whose settings were not kept there is
 * what it read: source, type, entity types, and its window as a fixed interval.
 * @param now epoch milliseconds
 */
export function formFromRun({ run, settings }: RunDetailsView, usable: readonly string[], timeZone: string, now: number): JobForm {
  if (settings !== null) return formToClone(settings, usable, now);
  const base = emptyForm(usable.length === 1 ? usable : [], timeZone);
  const { from, to } = run.window;
  const entityTypes = run.entityTypes ?? [];
  return formToClone(
    {
      title: run.jobTitle,
      description: '',
      source: run.source,
      type: run.type,
      entityTypes: run.entityTypes === null ? 'all' : entityTypes,
      timeZone,
      run: { kind: 'once', start: 'immediately' },
      range: from !== null && to !== null ? { kind: 'fixed', from, to } : { kind: 'all' },
      missedRuns: base.missedRuns,
      splitMegabytes: null,
      compression: base.compression,
      format: base.format,
      csvFormulas: base.csvFormulas,
      recipients: base.recipients.map((id) => ({ id })),
    },
    usable,
    now,
  );
}
