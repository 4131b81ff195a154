import { randomUUID } from 'node:crypto';
import { bulkSchema, type BulkAction, type BulkRequest, type BulkView } from '../../contract/bulk.ts';
import { CodedError } from '../../errors.ts';
import { bulkJobs } from '../../operations/bulk-jobs.ts';
import { ask, canAsk } from '../ask.ts';
import { type SelectionFlags, selectionOf } from '../job-selection.ts';
import { note, plainText, say, sayJson } from '../terminal.ts';
import type { CommandContext } from '../with-app.ts';
import { RUNS_WAIT } from './runs.ts';

interface Options extends SelectionFlags {
  readonly json?: boolean;
}

const DONE = { suspend: 'suspended', resume: 'resumed', delete: 'deleted', run: 'queued to run' } as const;

/** One act on many jobs: says what it will do and what it leaves out, asks, does it, and tells the same of what it did. */
export async function actOnMany(
  context: CommandContext,
  act: { action: BulkAction; missed?: string },
  ids: readonly string[],
  options: Options,
): Promise<void> {
  const request = requestOf({ ...act, selection: selectionOf(ids, options) });
  const { app, actor } = context;
  const json = options.json === true;
  const seen = await bulkJobs(app.services, actor, { ...request, dryRun: true }, null);
  if (options.dryRun) return json ? sayJson(seen) : sayOutcome(seen, `would be ${DONE[seen.action]}`);
  if (!options.yes) await confirm(seen, json);
  const sent = { ...request, fingerprint: seen.fingerprint };
  const key = randomUUID();
  let last = await bulkJobs(app.services, actor, sent, key);
  while (last.left > 0) {
    if (!json) note(`${last.total - last.left} of ${last.total} …`);
    last = await bulkJobs(app.services, actor, sent, key);
  }
  json ? sayJson(last) : sayOutcome(last, DONE[last.action]);
  if (app.ownsFolder && (last.action === 'run' || last.action === 'resume') && last.done > 0) note(RUNS_WAIT);
}

/** Checked like a body of the API. Error: `usage`. */
function requestOf(act: { action: BulkAction; missed?: string; selection: BulkRequest['selection'] }): BulkRequest {
  const { selection, ...rest } = act;
  const filter = selection.filter && Object.fromEntries(Object.entries(selection.filter).map(([name, value]) => [name, String(value)]));
  const read = bulkSchema.safeParse({ ...rest, selection: filter ? { filter } : selection });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = String(issue?.path.findLast((part) => typeof part === 'string') ?? 'flags');
  throw new CodedError('usage', { field: field === 'ids' ? 'id' : `--${field}`, range: issue?.message });
}

async function confirm(seen: BulkView, json: boolean): Promise<void> {
  if (seen.done === 0) return;
  const range = '--yes, or --dry-run to look first';
  if (!canAsk(json)) throw new CodedError('usage', { field: '--yes', value: `${seen.done} jobs would be ${DONE[seen.action]}`, range });
  sayOutcome(seen, `will be ${DONE[seen.action]}`);
  if ((await ask('Go on?', ['yes', 'no'], 'no')) !== 'yes')
    throw new CodedError('usage', { field: '--yes', value: 'not confirmed; nothing was changed', range });
}

function sayOutcome({ total, done, skipped }: BulkView, words: string): void {
  say(`${done} of ${total} ${total === 1 ? 'job' : 'jobs'} ${words}.`);
  for (const { code, text, count, jobs } of skipped) {
    const titles = jobs.map((job) => `“${plainText(job.title)}”`).join(', ');
    const more = jobs.length > 0 && count > jobs.length ? ', …' : '';
    say(`  left out: ${count} (${code}) ${text}${titles ? ` ${titles}${more}` : ''}`);
  }
}
