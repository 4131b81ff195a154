import type { JobView } from '../../../src/contract/job.ts';
import { localTime } from '../../format/local-time.ts';
import { wholeDays } from '../../format/date-interval.ts';
import { strings } from '../../strings.ts';
import { emptyForm, type JobForm } from './job-form.ts';

/** What a form is filled from: a job, or the settings that a run was made with. */
export type FilledFrom = Pick<
  JobView,
  | 'title'
  | 'description'
  | 'source'
  | 'type'
  | 'entityTypes'
  | 'timeZone'
  | 'run'
  | 'range'
  | 'missedRuns'
  | 'splitMegabytes'
  | 'compression'
  | 'format'
  | 'csvFormulas'
> & {
  readonly recipients: readonly Pick<JobView['recipients'][number], 'id'>[];
};

/** The form of a job to be edited: everything as it is stored. */
export function formToEdit(job: FilledFrom): JobForm {
  return {
    ...emptyForm(
      job.recipients.map(({ id }) => id),
      job.timeZone,
    ),
    title: job.title,
    description: job.description,
    source: job.source,
    type: job.type,
    allEntityTypes: job.entityTypes === 'all',
    entityTypes: job.entityTypes === 'all' ? [] : job.entityTypes,
    missedRuns: job.missedRuns,
    ...splitPart(job),
    compression: job.compression,
    format: job.format,
    csvFormulas: job.csvFormulas,
    rangeChosen: true,
    ...runPart(job),
    ...rangePart(job),
    known: { ...knownOfRun(job), ...knownOfRange(job) },
  };
}

/**
 * A copy keeps all but the title and the history. A start that has passed is now, as no job can start in the past; certificates that
 * can no longer be encrypted to stay behind.
 * @param now epoch milliseconds
 */
export function formToClone(job: FilledFrom, usable: readonly string[], now: number): JobForm {
  const form = formToEdit(job);
  const { start } = form.known;
  const hasStarted = start !== undefined && Date.parse(start) <= now;
  return {
    ...form,
    ...(hasStarted ? { startKind: 'now', start: '', known: { ...form.known, start: undefined } } : {}),
    title: strings.editor.copyOf(job.title),
    recipients: form.recipients.filter((id) => usable.includes(id)),
  };
}

/** Whole gigabytes are shown as such. */
function splitPart({ splitMegabytes }: FilledFrom): Partial<JobForm> {
  if (splitMegabytes === null) return { isSplit: false };
  const isWhole = splitMegabytes > 1_024 && splitMegabytes % 1_024 === 0;
  return { isSplit: true, splitSize: String(isWhole ? splitMegabytes / 1_024 : splitMegabytes), splitUnit: isWhole ? 'GB' : 'MB' };
}

function runPart({ run, timeZone }: FilledFrom): Partial<JobForm> {
  const local = (instant: string) => localTime(instant, timeZone, 'minute');
  if (run.kind === 'once') return 'at' in run ? { runKind: 'once', onceStart: 'at', at: local(run.at) } : { runKind: 'once', onceStart: 'immediately' };
  const bounds: Partial<JobForm> = {
    runKind: run.kind,
    startKind: 'at',
    start: local(run.start),
    hasEnd: run.end !== null,
    end: run.end === null ? '' : local(run.end),
  };
  switch (run.kind) {
    case 'hourly':
      return { ...bounds, every: String(run.every), minute: String(run.minute) };
    case 'daily':
      return { ...bounds, time: run.time };
    case 'weekly':
      return { ...bounds, time: run.time, weekdays: run.weekdays.map(String) };
    case 'monthly':
      return { ...bounds, time: run.time, day: String(run.day) };
  }
}

function knownOfRun({ run }: FilledFrom): JobForm['known'] {
  if (run.kind === 'once') return 'at' in run ? { at: run.at } : {};
  return { start: run.start, ...(run.end === null ? {} : { end: run.end }) };
}

function rangePart({ range, timeZone }: FilledFrom): Partial<JobForm> {
  switch (range.kind) {
    case 'all':
      return { rangeKind: 'all' };
    case 'last':
      return { rangeKind: 'last', count: String(range.count), unit: range.unit, calendar: range.calendar };
    case 'since_previous':
      if (range.dataFrom === 'start' || range.dataFrom === 'all') return { rangeKind: 'since_previous', dataFromKind: range.dataFrom };
      return { rangeKind: 'since_previous', dataFromKind: 'at', dataFrom: localTime(range.dataFrom, timeZone, 'minute') };
    case 'fixed': {
      const days = wholeDays(range.from, range.to, timeZone);
      if (days !== undefined) return { rangeKind: 'fixed', fixedBy: 'date', ...days };
      return { rangeKind: 'fixed', fixedBy: 'time', from: localTime(range.from, timeZone, 'second'), to: localTime(range.to, timeZone, 'second') };
    }
  }
}

function knownOfRange({ range }: FilledFrom): JobForm['known'] {
  if (range.kind === 'fixed') return { from: range.from, to: range.to };
  return range.kind === 'since_previous' && range.dataFrom !== 'start' && range.dataFrom !== 'all' ? { dataFrom: range.dataFrom } : {};
}
