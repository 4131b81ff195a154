import type { AttemptView, RunDetailsView } from '../contract/run-details.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { RunView } from '../contract/run.ts';
import { timeLeftText } from './progress-bar.ts';
import { fileRows } from './file-rows.ts';
import { byteText, durationText, plainText, say, sayTable } from './terminal.ts';

const FAULT = {
  source: 'the source',
  settings: 'the settings of the job, its certificates or the source',
  machine: 'the machine that UDM runs on',
  nobody: 'nobody: there is nothing to mend',
} as const;

/** A run on the terminal with everything that is known of it. */
export function sayRunDetails({ run, attempts, parts, estimates, estimatesOfRun, settings, timeline }: RunDetailsView): void {
  sayRun(run);
  if (estimates) say(recordText(estimates));
  for (const one of estimatesOfRun) say(`At ${one.percent} %: ${durationText(one.from)} to ${durationText(one.to)} left; it took ${durationText(one.left)}.`);
  if (run.error) say(`Who can mend it: ${FAULT[run.error.fault]}.`);
  if (run.retryAt !== null) say(`UDM tries it again by itself at ${run.retryAt}; "udm run retry ${run.id}" does so now.`);
  else say(run.may.retry ? `Retry it with "udm run retry ${run.id}".` : `No retry: ${ERRORS[run.whyNot.retry as ErrorCode]?.text ?? ''}`);
  if (attempts.length > 0) {
    say('');
    sayTable(['ATTEMPT', 'BECAUSE OF', 'STARTED', 'OUTCOME', 'ROWS', 'SIZE', 'PHASES', 'WORKER'], attempts.map(attemptRow));
  }
  if (parts.length > 0) {
    say('');
    sayTable(
      ['PART', 'FILE', 'ROWS', 'SIZE', 'SHA-256'],
      parts.map((one) => [`${one.part} of ${one.whole.parts}`, one.fileName, String(one.rows), byteText(one.bytes), one.sha256]),
    );
    if (parts[0] && parts.length > 1) say(wholeText(parts[0].whole));
  }
  if (settings) {
    say('');
    sayTable(['SETTING', `AS IT WAS (VERSION ${settings.version})`], settingRows(settings));
  }
  say('');
  sayTable(
    ['WHEN', 'WHAT', 'BY'],
    timeline.map((one) => [one.at, whatOf(one, run.id), plainText(one.actor ?? 'UDM')]),
  );
}

function wholeText({ parts, rows, bytes }: RunDetailsView['parts'][number]['whole']): string {
  return `${parts} parts with ${rows} rows and ${byteText(bytes)} in all; each opens alone.`;
}

/** What past estimates were worth. */
function recordText({ estimates, held, withinPercent }: NonNullable<RunDetailsView['estimates']>): string {
  const which = estimates === 1 ? 'The last estimate' : `The last ${estimates} estimates`;
  return `${which} of the time left for this job: ${held} held, nine of ten were within ${withinPercent} % of what the run took.`;
}

function attemptRow(one: AttemptView): readonly string[] {
  const phases = one.phases.map(({ phase, milliseconds }) => `${phase} ${(milliseconds / 1_000).toFixed(1)} s`).join(', ');
  const outcome = one.outcome === null ? 'going' : one.error ? `${one.outcome} (${one.error.code})` : one.outcome;
  return [String(one.attempt), one.cause, one.startedAt, outcome, String(one.rows ?? 0), byteText(one.fileBytes ?? 0), phases, one.worker ?? ''];
}

function settingRows(settings: NonNullable<RunDetailsView['settings']>): (readonly string[])[] {
  return [
    ['title', plainText(settings.title)],
    ['source', settings.source],
    ['type', settings.type],
    ['entity types', settings.entityTypes === 'all' ? 'all' : settings.entityTypes.join(', ')],
    ['schedule', settings.sentence],
    ['time zone', settings.timeZone],
    ['range', settings.rangeSentence],
    ...fileRows(settings),
    ['recipients', settings.recipients.map((one) => plainText(one.label)).join(', ')],
  ];
}

function whatOf(entry: RunDetailsView['timeline'][number], runId: string): string {
  if (entry.kind === 'change') return entry.action ?? '';
  return `${entry.runId === runId ? 'this run' : `run ${entry.runId}`}: ${entry.status}`;
}

/** A run on the terminal, in short. */
export function sayRun(run: RunView): void {
  sayTable(
    ['RUN', run.id],
    [
      ['status', run.status],
      ['scheduled', `${run.scheduledAt} (${run.trigger})`],
      ['window', `${run.window.from ?? 'beginning'} to ${run.window.to ?? 'end'}`],
      ...(run.status === 'running' ? [['progress', `${run.progress.percent ?? 0} %, ${timeLeftText(run.progress)}`]] : []),
      ['rows', String(run.progress.rows)],
      ['attempt', String(run.attempt)],
      ...run.fileNames.map((name) => ['file', name]),
      ...(run.error
        ? [
            ['cause', `${run.error.text} (${run.error.code})`],
            ['next step', run.error.fix],
          ]
        : []),
    ],
  );
}
