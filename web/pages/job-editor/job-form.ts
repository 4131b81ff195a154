import type { DateRange, JobDraft, JobView } from '../../../src/contract/job.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { enumeration } from '../../format/numbers.ts';
import { fullTimeIn, localTimestamp, offsetTimestamp } from '../../format/time.ts';
import { strings } from '../../strings.ts';

export type RangeKind = DateRange['kind'];
export type RangeUnit = Extract<DateRange, { kind: 'last' }>['unit'];

/** The form as typed; `toDraft` makes of it what the API takes. */
export interface JobForm {
  readonly title: string;
  readonly description: string;
  readonly source: string;
  readonly type: string;
  readonly allEntityTypes: boolean;
  readonly entityTypes: readonly string[];
  readonly rangeKind: RangeKind;
  readonly count: string;
  readonly unit: RangeUnit;
  readonly from: string;
  readonly to: string;
  readonly recipients: readonly string[];
}

export function emptyForm(recipients: readonly string[]): JobForm {
  return {
    title: '',
    description: '',
    source: '',
    type: '',
    allEntityTypes: true,
    entityTypes: [],
    rangeKind: 'last',
    count: '30',
    unit: 'day',
    from: '',
    to: '',
    recipients,
  };
}

export function formFrom(job: JobView, zone: string, usable: readonly string[]): JobForm {
  const { range } = job;
  return {
    ...emptyForm(job.recipients.map(({ id }) => id).filter((id) => usable.includes(id))),
    title: strings.editor.copyOf(job.title),
    description: job.description,
    source: job.source,
    type: job.type,
    allEntityTypes: job.entityTypes === 'all',
    entityTypes: job.entityTypes === 'all' ? [] : job.entityTypes,
    rangeKind: range.kind,
    ...(range.kind === 'last' ? { count: String(range.count), unit: range.unit } : {}),
    ...(range.kind === 'fixed' ? { from: localTimestamp(range.from, zone), to: localTimestamp(range.to, zone) } : {}),
  };
}

export function typeOf(form: JobForm, sources: readonly SourceView[]) {
  return sources.find((source) => source.name === form.source)?.types.find((entry) => entry.type === form.type);
}

/** What is missing or wrong is sent as it is: the server names all problems at once. */
export function toDraft(form: JobForm, zone: string, hasTime: boolean): JobDraft {
  return {
    title: form.title.trim(),
    ...(form.description.trim() === '' ? {} : { description: form.description }),
    source: form.source,
    type: form.type,
    entityTypes: form.allEntityTypes ? 'all' : [...form.entityTypes],
    run: { kind: 'once', start: 'immediately' },
    range: hasTime ? rangeOf(form, zone) : { kind: 'all' },
    recipients: [...form.recipients],
  };
}

function rangeOf(form: JobForm, zone: string): DateRange {
  if (form.rangeKind === 'all') return { kind: 'all' };
  if (form.rangeKind === 'last') return { kind: 'last', count: Number(form.count), unit: form.unit };
  return { kind: 'fixed', from: offsetTimestamp(form.from, zone), to: offsetTimestamp(form.to, zone) };
}

/** The sentence under the form. */
export function summaryOf(form: JobForm, zone: string, hasTime: boolean, labels: readonly string[]): string {
  const words = strings.editor;
  if (form.source === '' || form.type === '') return words.summaryIncomplete;
  const what = form.allEntityTypes
    ? words.whatAll(form.type, form.source)
    : form.entityTypes.length === 0
      ? words.whatNone(form.type, form.source)
      : words.whatSome(enumeration(form.entityTypes, words.and), form.type, form.source);
  const who = labels.length === 0 ? words.whoNone : enumeration(labels, words.and);
  return words.summary(what, hasTime ? rangeWords(form, zone) : '', who);
}

function rangeWords(form: JobForm, zone: string): string {
  const words = strings.editor;
  if (form.rangeKind === 'all') return words.rangeAll;
  if (form.rangeKind === 'last') {
    const count = Number(form.count);
    return Number.isSafeInteger(count) && count > 0 ? words.rangeLast(count, form.unit) : words.rangeOpen;
  }
  const from = offsetTimestamp(form.from, zone);
  const to = offsetTimestamp(form.to, zone);
  return from === '' || to === '' ? words.rangeOpen : words.rangeFixed(fullTimeIn(zone, from), fullTimeIn(zone, to));
}
