import type { CertificateView } from '../../../src/contract/certificate.ts';
import { enumeration } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { fieldLabel } from './field-labels.ts';
import type { FormField } from './field-problems.ts';
import { type JobForm, rangeKindsOf } from './job-form.ts';
import { rangeWords } from './summary.ts';

const { editor, schedule } = strings;

type Part = Extract<
  FormField,
  | 'title'
  | 'description'
  | 'source'
  | 'type'
  | 'entityTypes'
  | 'run'
  | 'timeZone'
  | 'missedRuns'
  | 'range'
  | 'splitMegabytes'
  | 'compression'
  | 'format'
  | 'recipients'
>;

/** Inputs that mean something only together: they are taken over together, too. */
const PARTS: Readonly<Record<Part, readonly (keyof JobForm)[]>> = {
  title: ['title'],
  description: ['description'],
  source: ['source'],
  type: ['type'],
  entityTypes: ['allEntityTypes', 'entityTypes'],
  run: ['runKind', 'onceStart', 'at', 'every', 'minute', 'time', 'weekdays', 'day', 'startKind', 'start', 'hasEnd', 'end'],
  timeZone: ['timeZone'],
  missedRuns: ['missedRuns'],
  range: ['rangeKind', 'rangeChosen', 'count', 'unit', 'calendar', 'dataFromKind', 'dataFrom', 'fixedBy', 'from', 'to'],
  splitMegabytes: ['isSplit', 'splitSize', 'splitUnit'],
  compression: ['compression'],
  format: ['format', 'csvFormulas'],
  recipients: ['recipients'],
};

const DATA: readonly Part[] = ['source', 'type', 'entityTypes'];

export interface FormChange {
  readonly field: string;
  readonly before: string;
  readonly theirs: string;
  readonly mine: string;
}

/** What two people made of the same form, where either changed it, in the order of the screen. */
export function changesOf(before: JobForm, theirs: JobForm, mine: JobForm, certificates: readonly CertificateView[]): FormChange[] {
  const words = (form: JobForm, part: Part) => partWords(form, part, certificates);
  return (Object.keys(PARTS) as Part[])
    .filter((part) => differs(before, theirs, part) || differs(before, mine, part))
    .map((part) => ({ field: fieldLabel(part), before: words(before, part), theirs: words(theirs, part), mine: words(mine, part) }));
}

/** The saved form with what this person changed on top; what they did not touch is as it is saved now. */
export function mergeForms(before: JobForm, theirs: JobForm, mine: JobForm): JobForm {
  const kept = [...partsOfMine(before, theirs, mine)].flatMap((part) => PARTS[part]);
  const taken = Object.fromEntries(kept.map((name) => [name, mine[name]])) as Partial<JobForm>;
  return { ...theirs, ...taken, known: { ...theirs.known, ...mine.known } };
}

/** What is taken from mine: what I changed, with what it cannot be without. */
function partsOfMine(before: JobForm, theirs: JobForm, mine: JobForm): ReadonlySet<Part> {
  const changedIn = (form: JobForm) => new Set((Object.keys(PARTS) as Part[]).filter((part) => differs(before, form, part)));
  const [kept, others] = [changedIn(mine), changedIn(theirs)];
  // Entity types belong to their type, a type to its source.
  if (kept.has('source') || kept.has('type')) for (const part of DATA) kept.add(part);
  else if (others.has('source') || others.has('type')) kept.delete('entityTypes');
  // Not every range goes with every way of running: then it comes from where that comes from.
  const [run, range] = (['run', 'range'] as const).map((part) => (kept.has(part) ? mine : theirs)) as [JobForm, JobForm];
  if (!rangeKindsOf(run).includes(range.rangeKind)) {
    if (kept.has('run')) kept.add('range');
    else kept.delete('range');
  }
  return kept;
}

function differs(one: JobForm, other: JobForm, part: Part): boolean {
  return PARTS[part].some((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

function partWords(form: JobForm, part: Part, certificates: readonly CertificateView[]): string {
  switch (part) {
    case 'entityTypes':
      return form.allEntityTypes ? editor.allEntityTypes : form.entityTypes.join(', ');
    case 'run':
      return runWords(form);
    case 'missedRuns':
      return schedule.missed[form.missedRuns];
    case 'range':
      return `${editor.range[form.rangeKind]}${form.rangeKind === 'since_previous' ? ` (${editor.dataFrom}: ${beginWords(form)})` : rangeWords(form)}`;
    case 'splitMegabytes':
      return form.isSplit ? `${form.splitSize} ${form.splitUnit}` : editor.file.single;
    case 'compression':
      return editor.file.compressions[form.compression];
    case 'format':
      return strings.history.settings.formatOf(editor.file.formatNames[form.format], form.format === 'csv' && form.csvFormulas === 'escape');
    case 'recipients':
      return enumeration(
        form.recipients.map((id) => certificates.find((one) => one.id === id)?.label ?? id),
        editor.and,
      );
    default:
      return form[part];
  }
}

function beginWords({ dataFromKind, dataFrom }: JobForm): string {
  return dataFromKind === 'at' ? plainTime(dataFrom) : editor.dataFromKinds[dataFromKind];
}

function runWords(form: JobForm): string {
  const kind = schedule.runs[form.runKind];
  const named = (label: string, value: string) => `${label} ${value}`;
  const bounds = [
    ...(form.startKind === 'at' ? [named(schedule.start, plainTime(form.start))] : []),
    ...(form.hasEnd ? [named(schedule.end, plainTime(form.end))] : []),
  ];
  const time = named(schedule.time, form.time);
  switch (form.runKind) {
    case 'once':
      return [kind, form.onceStart === 'at' ? plainTime(form.at) : schedule.immediately].join(', ');
    case 'hourly':
      return [kind, named(schedule.every, form.every), named(schedule.minute, form.minute), ...bounds].join(', ');
    case 'daily':
      return [kind, time, ...bounds].join(', ');
    case 'weekly':
      return [kind, ...[...form.weekdays].sort().map((day) => schedule.weekdayNames[Number(day) - 1] ?? day), time, ...bounds].join(', ');
    case 'monthly':
      return [kind, named(schedule.day, form.day === 'last' ? schedule.lastDay : form.day), time, ...bounds].join(', ');
  }
}

/** As an input has it: 2026-03-29T02:30. */
function plainTime(local: string): string {
  return local.replace('T', ' ');
}
