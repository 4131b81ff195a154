import type { JobDraft } from '../../../src/contract/job.ts';
import type { PreviewRequest } from '../../api/lists.ts';
import { fixedInstant, type JobForm, type MomentField, splitMegabytesOf, untouchedInstant } from './job-form.ts';

/** What is missing or wrong is sent as it is: the server names all problems at once. */
export function toDraft(form: JobForm, hasTime: boolean): JobDraft {
  return {
    title: form.title.trim(),
    ...(form.description.trim() === '' ? {} : { description: form.description }),
    source: form.source,
    type: form.type,
    entityTypes: form.allEntityTypes ? 'all' : [...form.entityTypes],
    timeZone: form.timeZone,
    run: runOf(form),
    range: rangeOf(form, hasTime),
    missedRuns: form.missedRuns,
    splitMegabytes: splitMegabytesOf(form),
    compression: form.compression,
    format: form.format,
    csvFormulas: form.csvFormulas,
    recipients: [...form.recipients],
  };
}

/** The part of the form that says when it runs and what it then reads. `job` is the one being edited. */
export function toPreviewRequest(form: JobForm, hasTime: boolean, job: string | undefined): PreviewRequest {
  const entityTypes = form.allEntityTypes ? 'all' : [...form.entityTypes];
  return {
    ...(job === undefined ? {} : { job }),
    ...(form.source === '' ? {} : { source: form.source }),
    ...(form.source === '' || form.type === '' ? {} : { type: form.type, ...(entityTypes.length === 0 ? {} : { entityTypes }) }),
    timeZone: form.timeZone,
    run: runOf(form),
    range: rangeOf(form, hasTime),
    missedRuns: form.missedRuns,
  };
}

function runOf(form: JobForm): JobDraft['run'] {
  const bounds = () => ({ start: form.startKind === 'now' ? ('now' as const) : momentOf(form, 'start'), end: form.hasEnd ? momentOf(form, 'end') : null });
  switch (form.runKind) {
    case 'once':
      return form.onceStart === 'immediately' ? { kind: 'once', start: 'immediately' } : { kind: 'once', at: momentOf(form, 'at') };
    case 'hourly':
      return { kind: 'hourly', every: numberOf(form.every), minute: numberOf(form.minute), ...bounds() };
    case 'daily':
      return { kind: 'daily', time: form.time, ...bounds() };
    case 'weekly':
      return { kind: 'weekly', weekdays: form.weekdays.map(Number).sort((one, other) => one - other), time: form.time, ...bounds() };
    case 'monthly':
      return { kind: 'monthly', day: form.day === 'last' ? 'last' : numberOf(form.day), time: form.time, ...bounds() };
  }
}

function rangeOf(form: JobForm, hasTime: boolean): JobDraft['range'] {
  if (!hasTime) return { kind: 'all' };
  switch (form.rangeKind) {
    case 'all':
      return { kind: 'all' };
    case 'since_previous':
      return { kind: 'since_previous', dataFrom: form.dataFromKind === 'at' ? momentOf(form, 'dataFrom') : form.dataFromKind };
    case 'last':
      return { kind: 'last', count: numberOf(form.count), unit: form.unit, calendar: form.calendar };
    case 'fixed':
      return { kind: 'fixed', from: fixedInstant(form, 'from'), to: fixedInstant(form, 'to') };
  }
}

/** A local time becomes an instant on the server; one that nobody touched goes back as the very instant it was. */
function momentOf(form: JobForm, field: MomentField): string | { local: string } {
  return untouchedInstant(form, field) ?? { local: form[field].slice(0, 16) };
}

/** An empty or half-typed number must not become 0: NaN is null in JSON, which the server refuses at its field. */
function numberOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}
