import type { Command } from 'commander';
import type { BulkRequest } from '../contract/bulk.ts';
import { CodedError } from '../errors.ts';
import { refuseBeside } from './contradiction.ts';
import { idArgument } from './options.ts';

export interface SelectionFlags {
  readonly all?: boolean;
  readonly source?: string;
  readonly type?: string;
  readonly state?: string;
  readonly status?: string;
  readonly text?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const FILTERS = ['source', 'type', 'state', 'status', 'text'] as const;

/** One id, several, or all jobs that filters find. */
export function addSelection(command: Command): Command {
  return command
    .argument('[id...]', 'ids of jobs', (text: string, before: string[]) => [...before, idArgument(text)], [] as string[])
    .option('--all', 'every job, or with the flags below every job they find')
    .option('--source <name>', 'with --all: of this source')
    .option('--type <name>', 'with --all: of this type')
    .option('--state <state>', 'with --all: active or suspended')
    .option('--status <status>', 'with --all: whose latest run has this status; several with commas between')
    .option('--text <text>', 'with --all: with this in title or description')
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--yes', 'several jobs: do not ask');
}

/** The one job that is meant, or null when it is an act on many. Error: `usage`. */
export function singleOf(ids: readonly string[], flags: SelectionFlags): string | null {
  refuseWrongSelection(ids, flags);
  return ids.length === 1 && !flags.dryRun ? (ids[0] as string) : null;
}

/** What the flags select, as the API takes it. */
export function selectionOf(ids: readonly string[], flags: SelectionFlags): BulkRequest['selection'] {
  if (!flags.all) return { ids: [...ids] };
  const filter: Record<string, unknown> = {};
  for (const name of FILTERS) {
    const value = flags[name];
    if (value !== undefined) filter[name] = name === 'state' || name === 'status' ? value.split(',') : value;
  }
  return { filter };
}

function refuseWrongSelection(ids: readonly string[], flags: SelectionFlags): void {
  const filter = FILTERS.find((name) => flags[name] !== undefined);
  if (ids.length > 0 && flags.all) refuseBeside('--all', 'ids', 'filters');
  if (filter && !flags.all) throw new CodedError('usage', { field: `--${filter}`, value: 'without --all', range: 'ids, or --all with filters' });
  if (ids.length === 0 && !flags.all) throw new CodedError('usage', { field: 'id', value: 'missing', range: 'one or several ids, or --all' });
}
