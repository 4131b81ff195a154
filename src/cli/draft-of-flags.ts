import type { Command } from 'commander';
import type { CertificateView } from '../contract/certificate.ts';
import type { JobView } from '../contract/job.ts';
import { addRangeOptions, type RangeFlags, rangeOfFlags } from './range-of-flags.ts';
import { addRunOptions, type RunFlags, runOfFlags } from './run-of-flags.ts';

/** What a preview can be told of a job. */
export interface TimeFlags extends RunFlags, RangeFlags {
  readonly source?: string;
  readonly type?: string;
  readonly entityType?: readonly string[];
  readonly timeZone?: string;
  readonly missed?: string;
}

/** All of a job. */
export interface DraftFlags extends TimeFlags {
  readonly title?: string;
  readonly description?: string;
  readonly recipient?: readonly string[];
  readonly split?: string;
  readonly compression?: string;
  readonly format?: string;
  readonly csvFormulas?: string;
}

/** Flags about how the file is made. */
export function addFileOptions(command: Command): Command {
  return command
    .option('--split <size>', 'most of one file, e.g. 500MB or 1GB, from 1MB to 4096MB; what is more goes into further files; none for a single file')
    .option('--compression <level>', 'fast, balanced or small (fast when left out)')
    .option('--format <format>', 'jsonl, csv or parquet (jsonl when left out)')
    .option('--csv-formulas <way>', 'escape puts an apostrophe before texts in CSV that a spreadsheet would calculate, keep leaves them (keep when left out)');
}

const TIME_HELP = `
A <time> is written with an offset (2026-03-29T02:30:00Z, 2026-03-29T02:30:00+01:00) or, except for --from and --to, without one as
the clocks of the job's zone show it (2026-03-29T02:30).`;

/** Flags about when a job runs and what it exports. */
export function addTimeOptions(command: Command): Command {
  return addRangeOptions(addRunOptions(command))
    .option('--missed <policy>', 'runs that UDM missed, or that a suspension suppressed: all, latest or none (latest when left out)')
    .addHelpText('after', TIME_HELP);
}

/** Flags of such commands that say nothing about a job. */
const OTHER_FLAGS = new Set(['tenant', 'user', 'json', 'wait', 'count']);

/** Whether anything was said that could change a job. */
export function saysAnything(flags: DraftFlags): boolean {
  return Object.keys(flags).some((name) => !OTHER_FLAGS.has(name));
}

/**
 * The part of a draft that a preview takes; what the flags leave open is that of the stored job. Values are as typed, so that the
 * operation names everything that is wrong at once. Error: `usage` for flags that contradict each other.
 */
export function timeOfFlags(flags: TimeFlags, stored?: JobView): Record<string, unknown> {
  const run = runOfFlags(flags, stored?.run);
  const entityTypes = flags.entityType ?? stored?.entityTypes;
  return {
    ...given({
      source: flags.source ?? stored?.source,
      type: flags.type ?? stored?.type,
      entityTypes: isAll(entityTypes) ? 'all' : entityTypes,
      timeZone: flags.timeZone ?? stored?.timeZone,
    }),
    run,
    range: rangeOfFlags(flags, run['kind'] !== 'once', stored?.range),
    ...given({ missedRuns: flags.missed ?? stored?.missedRuns }),
  };
}

/** A whole draft. Recipients are ids or fingerprints; without any a new job takes every certificate that is valid. */
export function draftOfFlags(flags: DraftFlags, certificates: readonly CertificateView[], stored?: JobView): Record<string, unknown> {
  const byName = (name: string) => certificates.find((one) => one.id === name || one.fingerprint === name.toLowerCase().replaceAll(':', ''))?.id ?? name;
  const kept = stored ? stored.recipients : certificates.filter((one) => one.daysLeft > 0);
  return {
    ...given({ title: flags.title ?? stored?.title, description: flags.description ?? (stored?.description || undefined) }),
    entityTypes: 'all',
    ...timeOfFlags(flags, stored),
    ...given({
      splitMegabytes: flags.split === undefined ? stored?.splitMegabytes : megabytesOf(flags.split),
      compression: flags.compression ?? stored?.compression,
      format: flags.format ?? stored?.format,
      csvFormulas: flags.csvFormulas ?? stored?.csvFormulas,
    }),
    recipients: flags.recipient?.map(byName) ?? kept.map((one) => one.id),
  };
}

/** Of a size as typed; what is none is left for the operation to refuse. */
function megabytesOf(size: string): number | string | null {
  if (size.toLowerCase() === 'none') return null;
  const [, count, unit] = /^(\d{1,9}) ?([MG]B)$/i.exec(size.trim()) ?? [];
  return count === undefined ? size : Number(count) * (unit?.toUpperCase() === 'GB' ? 1_024 : 1);
}

function isAll(names: readonly string[] | 'all' | undefined): boolean {
  return names === 'all' || (names?.length === 1 && names[0] === 'all');
}

/** Without what is undefined: an absent property and an undefined one are not the same to whoever checks. */
function given(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
