import type { FilterName } from '../search.ts';
import { strings } from '../strings.ts';

/** A filter beyond search, source and type, as its control is made of it. */
export type FilterField =
  | { readonly kind: 'choice'; readonly name: FilterName; readonly label: string; readonly options: readonly (readonly [value: string, label: string])[] }
  | { readonly kind: 'days'; readonly from: FilterName; readonly to: FilterName; readonly label: string }
  | { readonly kind: 'amounts'; readonly min: FilterName; readonly max: FilterName; readonly label: string; readonly factor: number }
  | { readonly kind: 'text'; readonly name: FilterName; readonly label: string };

const BYTES_OF_MB = 1_000_000;
const statuses = Object.entries(strings.status);
const { fields: labels } = strings.filter;

const rows: FilterField = { kind: 'amounts', min: 'rowsMin', max: 'rowsMax', label: labels.rows, factor: 1 };
const size: FilterField = { kind: 'amounts', min: 'sizeMin', max: 'sizeMax', label: labels.size, factor: BYTES_OF_MB };

/** The first of each stand in the row; the others behind "More filters". */
export const JOB_FIELDS: readonly FilterField[] = [
  { kind: 'choice', name: 'state', label: strings.filter.state, options: Object.entries(strings.jobs.state) },
  { kind: 'choice', name: 'status', label: labels.latestStatus, options: [...statuses, ['none', strings.jobs.never]] },
  { kind: 'choice', name: 'schedule', label: labels.schedule, options: Object.entries(strings.schedule.runs) },
  { kind: 'days', from: 'nextFrom', to: 'nextTo', label: labels.nextRun },
  { kind: 'days', from: 'lastFrom', to: 'lastTo', label: labels.lastRun },
];

export const RUN_FIELDS: readonly FilterField[] = [
  { kind: 'choice', name: 'status', label: strings.filter.status, options: statuses },
  { kind: 'choice', name: 'trigger', label: labels.trigger, options: Object.entries(strings.trigger) },
  { kind: 'days', from: 'scheduledFrom', to: 'scheduledTo', label: labels.scheduled },
  { kind: 'days', from: 'startedFrom', to: 'startedTo', label: labels.started },
  { kind: 'days', from: 'windowFrom', to: 'windowTo', label: labels.window },
  { kind: 'amounts', min: 'durationMin', max: 'durationMax', label: labels.duration, factor: 60 },
  rows,
  size,
];

export const ARTIFACT_FIELDS: readonly FilterField[] = [
  { kind: 'choice', name: 'state', label: strings.filter.state, options: Object.entries(strings.filter.fileStates) },
  { kind: 'days', from: 'createdFrom', to: 'createdTo', label: labels.created },
  { kind: 'days', from: 'expiresFrom', to: 'expiresTo', label: labels.expires },
  rows,
  size,
  { kind: 'amounts', min: 'part', max: 'part', label: labels.part, factor: 1 },
  { kind: 'text', name: 'sha256', label: labels.sha256 },
];

/** Names of the filters that a field sets. */
export function namesOf(field: FilterField): readonly FilterName[] {
  if (field.kind === 'days') return [field.from, field.to];
  if (field.kind === 'amounts') return [...new Set([field.min, field.max])];
  return [field.name];
}
