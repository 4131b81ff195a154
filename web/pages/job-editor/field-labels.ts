import { strings } from '../../strings.ts';
import { FORM_FIELDS, type FormField } from './field-problems.ts';

const { editor, schedule } = strings;

/** How each input of the form is labelled. */
const LABELS: Readonly<Record<FormField, string>> = {
  'title': editor.fields.title,
  'description': editor.fields.description,
  'source': editor.fields.source,
  'type': editor.fields.type,
  'entityTypes': editor.fields.entityTypes,
  'run': editor.fields.run,
  'run.at': schedule.at,
  'run.every': schedule.every,
  'run.minute': schedule.minute,
  'run.weekdays': schedule.weekdays,
  'run.day': schedule.day,
  'run.time': schedule.time,
  'run.start': schedule.start,
  'run.end': schedule.end,
  'timeZone': schedule.timeZone,
  'missedRuns': schedule.missedRuns,
  'range': editor.fields.range,
  'range.dataFrom': editor.dataFrom,
  'range.count': editor.count,
  'range.unit': editor.unit,
  'range.calendar': editor.unit,
  'range.from': editor.from,
  'range.to': editor.to,
  'splitMegabytes': editor.file.split,
  'compression': editor.file.compression,
  'format': editor.file.format,
  'csvFormulas': editor.file.formulas,
  'recipients': editor.fields.recipients,
};

/** The label of the input that a field of the API belongs to; the name itself where there is none. */
export function fieldLabel(field: string): string {
  const plain = field.replace(/\[\d+\].*$/, '');
  const found = FORM_FIELDS.findLast((name) => plain === name || plain.startsWith(`${name}.`));
  return found === undefined ? field : LABELS[found];
}
