import type { JobView } from '../contract/job.ts';
import { momentText, rangeSentence } from '../domain/schedule-sentence.ts';
import { sayRun } from './show-run.ts';
import { plainText, sayJson, sayTable } from './terminal.ts';
import { fileRows } from './file-rows.ts';

const MISSED = { all: 'run all of them', latest: 'run the latest only', none: 'run none of them' } as const;

/** A job on the terminal, with its latest run; instants in UTC and on the clocks of its zone. */
export function sayJob(job: JobView, json: boolean): void {
  if (json) {
    sayJson(job);
    return;
  }
  sayTable(['FIELD', 'VALUE'], rowsOf(job));
  if (job.lastRun) sayRun(job.lastRun);
}

/** An instant as both clocks show it. */
export function instantText(instant: string, timeZone: string): string {
  return `${instant} (${momentText(instant, timeZone)}, ${timeZone})`;
}

function rowsOf(job: JobView): (readonly string[])[] {
  const at = (instant: string) => instantText(instant, job.timeZone);
  return [
    ['id', job.id],
    ['title', plainText(job.title)],
    ...(job.description ? [['description', plainText(job.description)]] : []),
    ['source', job.source],
    ['type', job.type],
    ['entity types', job.entityTypes === 'all' ? 'all' : job.entityTypes.join(', ')],
    ['schedule', job.sentence],
    ['time zone', job.timeZone],
    ...momentsOf(job, at),
    ['range', rangeSentence(job.range, job.timeZone)],
    ...(job.exportedUpTo ? [['exported up to', at(job.exportedUpTo)]] : []),
    ...(job.run.kind === 'once' ? [] : [['missed runs', MISSED[job.missedRuns]]]),
    ...fileRows(job),
    ['recipients', job.recipients.map((one) => `${plainText(one.label)} (until ${one.notAfter})`).join(', ')],
    ['state', job.state],
    ['next run', job.nextRunAt ? at(job.nextRunAt) : 'none'],
    ...(job.suppressedRuns > 0 ? [['suppressed runs', `${job.suppressedRuns} (resuming asks which of them to run)`]] : []),
    ['allowed now', allowedNow(job)],
    ['owner', plainText(job.owner)],
    ['created', job.createdAt],
    ['version', String(job.version)],
  ];
}

function momentsOf({ run }: JobView, at: (instant: string) => string): (readonly string[])[] {
  if (run.kind === 'once') return 'at' in run ? [['runs at', at(run.at)]] : [];
  return [['start', at(run.start)], ...(run.end ? [['end', at(run.end)]] : [])];
}

function allowedNow({ may }: JobView): string {
  const acts = (['edit', 'suspend', 'resume', 'delete'] as const).filter((act) => may[act]);
  return acts.length > 0 ? acts.join(', ') : 'nothing';
}
