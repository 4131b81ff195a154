import type { Command } from 'commander';
import type { DateRange } from '../contract/job.ts';
import { refuseBeside, refuseSeveral } from './contradiction.ts';
import { momentOf, spanOf } from './typed-values.ts';

/** Date range of data, as flags. */
export interface RangeFlags {
  readonly sincePrevious?: boolean;
  readonly dataFrom?: string;
  readonly last?: string;
  readonly calendar?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly allData?: boolean;
}

type Kind = DateRange['kind'];

const NAMES: Readonly<Record<Kind, string>> = { since_previous: '--since-previous', last: '--last', fixed: '--from and --to', all: '--all-data' };

export function addRangeOptions(command: Command): Command {
  return command
    .option('--since-previous', 'data: from where the previous run ended (repeating jobs do that when nothing is said)')
    .option('--data-from <when>', 'with --since-previous: where the first run begins: start (of the job), all (available data), or a time')
    .option('--last <N unit>', 'data: the last N hours, days, weeks or months, e.g. "30 days"')
    .option('--calendar', 'with --last: whole hours, days, weeks or months of the calendar')
    .option('--from <time>', 'data: fixed interval, its start, e.g. 2026-03-01T00:00:00Z')
    .option('--to <time>', 'data: fixed interval, its end (not included)')
    .option('--all-data', 'data: everything up to the run (jobs that run once do that when nothing is said)');
}

/**
 * `range` of a job draft: what the flags say, for what they leave open that of the stored job, else the default of the schedule.
 * Error: `usage` that names flags which contradict each other.
 */
export function rangeOfFlags(flags: RangeFlags, repeats: boolean, stored?: DateRange): Record<string, unknown> {
  const chosen = kindsOf(flags);
  refuseSeveral(
    chosen.map((kind) => NAMES[kind]),
    'date range',
  );
  const kind = chosen[0] ?? stored?.kind ?? (repeats ? 'since_previous' : 'all');
  const name = chosen[0] ? NAMES[kind] : stored ? `the job's date range (${kind})` : 'a job that runs once';
  if (flags.dataFrom !== undefined && kind !== 'since_previous') refuseBeside('--data-from', name, '--since-previous');
  if (flags.calendar && kind !== 'last') refuseBeside('--calendar', name, '--last');
  switch (kind) {
    case 'all':
      return { kind };
    case 'since_previous':
      return { kind, ...dataFromOf(flags.dataFrom, stored) };
    case 'last':
      return lastOf(flags, stored);
    case 'fixed':
      return {
        ...(stored?.kind === 'fixed' ? stored : { kind }),
        ...(flags.from !== undefined && { from: flags.from }),
        ...(flags.to !== undefined && { to: flags.to }),
      };
  }
}

function kindsOf(flags: RangeFlags): Kind[] {
  return [
    ...(flags.sincePrevious ? (['since_previous'] as const) : []),
    ...(flags.last !== undefined ? (['last'] as const) : []),
    ...(flags.from !== undefined || flags.to !== undefined ? (['fixed'] as const) : []),
    ...(flags.allData ? (['all'] as const) : []),
  ];
}

function dataFromOf(text: string | undefined, stored: DateRange | undefined): Record<string, unknown> {
  if (text !== undefined) return { dataFrom: momentOf(text) };
  return stored?.kind === 'since_previous' ? { dataFrom: stored.dataFrom } : {};
}

/** `--calendar` alone makes the stored range one of the calendar; a new `--last` without it is rolling. */
function lastOf(flags: RangeFlags, stored: DateRange | undefined): Record<string, unknown> {
  if (flags.last === undefined && stored?.kind === 'last') return { ...stored, ...(flags.calendar && { calendar: true }) };
  return { kind: 'last', ...spanOf(flags.last ?? ''), ...(flags.calendar && { calendar: true }) };
}
