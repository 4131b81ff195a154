import type { PlannedRunView, PreviewView } from '../contract/preview.ts';
import { say, sayTable } from './terminal.ts';

type Stretch = { readonly from: string | null; readonly to: string | null };

/** Stretches that are listed; of more, how many there are is enough. */
const MOST_LISTED = 10;
const MARKS: Readonly<Record<PlannedRunView['moved'], string>> = {
  'none': '',
  'gap': 'clocks skip this time: runs when they have jumped',
  'overlap-first': 'clocks show this time twice: runs the first time',
  'overlap-second': 'clocks show this time twice: runs the second time, too',
};

/** A preview on the terminal: sentence, next runs, and what their author should know before saving. */
export function sayPreview(preview: PreviewView): void {
  say(`${preview.sentence}${preview.askedTimeZone ? ` (${preview.askedTimeZone} is another name of ${preview.timeZone})` : ''}`);
  if (preview.runs.length > 0) {
    say('');
    sayTable(['LOCAL TIME', 'UTC', 'DATA FROM', 'DATA TO', 'CLOCK CHANGE'], preview.runs.map(rowOf));
  }
  say('');
  sayNotes(preview);
  if (preview.edit) sayEdit(preview.edit);
  if (preview.year) sayYear(preview.year);
}

/** What the author of a job should know: months it skips, moments that a clock change moves, data left out or doubled. */
export function sayNotes({ notes }: PreviewView): void {
  for (const one of notes) say(`Note: ${one.text}`);
}

function rowOf(run: PlannedRunView): readonly string[] {
  const window = run.window ? [run.window.from ?? 'beginning', run.window.to ?? 'end'] : ['nothing to export', ''];
  return [run.local.replace('T', ' '), run.at, ...window, MARKS[run.moved]];
}

function sayEdit({ twice, never }: NonNullable<PreviewView['edit']>): void {
  sayStretches('With this edit, data would be exported once more', twice, subjectOf);
  sayStretches('With this edit, data would not be exported any more', never, subjectOf);
}

type EditedStretch = NonNullable<PreviewView['edit']>['twice'][number];

function subjectOf({ source, type, entityTypes }: EditedStretch): string {
  return `${source} ${type} (${entityTypes.join(', ')}) `;
}

function sayYear(year: NonNullable<PreviewView['year']>): void {
  if (year.startsNewChain) say('This starts anew: the data is exported again from where the first run begins.');
  sayStretches('In a year two runs would cover', year.twice);
  sayStretches('In a year no run would cover', year.never);
  if (year.twice.length + year.never.length === 0) say('In a year every instant would be covered by exactly one run.');
}

function sayStretches<One extends Stretch>(heading: string, stretches: readonly One[], before: (one: One) => string = () => ''): void {
  if (stretches.length === 0) return;
  say(`${heading}:`);
  for (const one of stretches.slice(0, MOST_LISTED)) say(`  ${before(one)}${one.from ?? 'beginning'} to ${one.to ?? 'end'}`);
  if (stretches.length > MOST_LISTED) say(`  and ${stretches.length - MOST_LISTED} more`);
}
