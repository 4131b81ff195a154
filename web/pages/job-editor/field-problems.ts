import { ApiProblem, type FieldProblem } from '../../api/client.ts';
import { fieldMessage } from '../../components/problem-alert.tsx';
import type { JobForm } from './job-form.ts';

/** The inputs of the form that can carry a message; order is the order on screen. */
export const FORM_FIELDS = [
  'title',
  'description',
  'source',
  'type',
  'entityTypes',
  'run',
  'run.at',
  'run.every',
  'run.minute',
  'run.weekdays',
  'run.day',
  'run.time',
  'run.start',
  'run.end',
  'timeZone',
  'missedRuns',
  'range',
  'range.dataFrom',
  'range.count',
  'range.unit',
  'range.calendar',
  'range.from',
  'range.to',
  'splitMegabytes',
  'compression',
  'format',
  'csvFormulas',
  'recipients',
] as const;

export type FormField = (typeof FORM_FIELDS)[number];
export type Messages = Readonly<Partial<Record<FormField, string>>>;

/** Fields that the preview checks too. */
const TIME_FIELD = /^(run|range|timeZone|missedRuns)\b/;

const FIELDS_OF_RUN: Record<JobForm['runKind'], readonly FormField[]> = {
  once: ['run.start'],
  hourly: ['run.every', 'run.minute', 'run.start', 'run.end'],
  daily: ['run.time', 'run.start', 'run.end'],
  weekly: ['run.weekdays', 'run.time', 'run.start', 'run.end'],
  monthly: ['run.day', 'run.time', 'run.start', 'run.end'],
};

const FIELDS_OF_RANGE: Record<JobForm['rangeKind'], readonly FormField[]> = {
  all: [],
  since_previous: ['range.dataFrom'],
  last: ['range.count', 'range.unit', 'range.calendar'],
  fixed: ['range.from', 'range.to'],
};

/** The inputs on screen now: a message can only stand at one of them. */
export function shownFields(form: JobForm, hasTime: boolean): ReadonlySet<FormField> {
  const shown = new Set<FormField>([
    'title',
    'description',
    'source',
    'type',
    'entityTypes',
    'run',
    'timeZone',
    'splitMegabytes',
    'compression',
    'format',
    'recipients',
    ...FIELDS_OF_RUN[form.runKind],
  ]);
  const immediately = form.runKind === 'once' && form.onceStart === 'immediately';
  if (form.runKind === 'once' && !immediately) shown.add('run.at');
  if (!immediately) shown.add('missedRuns');
  if (form.format === 'csv') shown.add('csvFormulas');
  if (hasTime) for (const field of ['range', ...FIELDS_OF_RANGE[form.rangeKind]] as const) shown.add(field);
  return shown;
}

/** `entityTypes[0]` belongs to `entityTypes`, `run.start.local` to `run.start`, and what is not on screen to what it is part of. */
export function formFieldOf(field: string, shown: ReadonlySet<FormField>): FormField | undefined {
  let name = field
    .replace(/\[\d+\].*$/, '')
    .replace(/^\//, '')
    .replaceAll('/', '.');
  for (;;) {
    if (isShown(name, shown)) return name;
    const dot = name.lastIndexOf('.');
    if (dot < 0) return undefined;
    name = name.slice(0, dot);
  }
}

function isShown(name: string, shown: ReadonlySet<string>): name is FormField {
  return shown.has(name);
}

/** One message per input, from everything the server found at once. */
export function messagesByField(error: unknown, shown: ReadonlySet<FormField>): Messages {
  const messages: Partial<Record<FormField, string>> = {};
  if (!(error instanceof ApiProblem)) return messages;
  for (const problem of error.fields) {
    const name = formFieldOf(problem.field, shown);
    if (name === undefined) continue;
    const text = fieldMessage(problem);
    const known = messages[name];
    if (known === undefined) messages[name] = text;
    else if (!known.includes(text)) messages[name] = `${known} ${text}`;
  }
  return messages;
}

/** Problems of a refusal that no input on screen can carry. */
export function problemsElsewhere(error: unknown, shown: ReadonlySet<FormField>): readonly FieldProblem[] {
  return error instanceof ApiProblem ? error.fields.filter(({ field }) => formFieldOf(field, shown) === undefined) : [];
}

/** What the preview found stands instead of what an earlier save said of the same inputs. */
export function withLiveMessages(saved: Messages, live: Messages): Messages {
  const lasting = Object.entries(saved).filter(([field]) => !TIME_FIELD.test(field));
  return { ...Object.fromEntries(lasting), ...live };
}
