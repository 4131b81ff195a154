import type { Command } from 'commander';
import { replaySources, type SourceReplayed } from '../../operations/data-requests/replay-sources.ts';
import { addPlaceOptions } from '../options.ts';
import { ProgressBar } from '../progress-bar.ts';
import { plainText, say, sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type ReplayOptions = PlaceOptions & { readonly json?: boolean; readonly source?: string };

export function registerReplay(request: Command): void {
  addPlaceOptions(request.command('replay').description('After a source was restored from a backup: erase in it again whom the ledger of erasures knows'))
    .option('--source <name>', 'the source that was restored (default: all of the tenant)')
    .action((options: ReplayOptions) => withApp(options, (context) => replay(context, options)));
}

async function replay({ app, actor }: CommandContext, { source, json }: ReplayOptions): Promise<void> {
  const bar = new ProgressBar();
  const done = await replaySources(app.services, actor, { source }, new AbortController().signal, (name, { rows, done: repeated, total }) => {
    if (json) return;
    const percent = repeated === 0 ? null : Math.floor((repeated / total) * 100);
    bar.show({ label: plainText(name), percent, detail: `${rows} rows looked at, ${repeated} of ${total} erasures repeated` });
  });
  bar.end();
  const isOk = done.every(({ error, held }) => error === null && held === 0);
  if (json)
    sayJson({ ok: isOk, sources: done.map((one) => ({ ...one, error: one.error && { code: one.error.code, ...one.error.details, cause: undefined } })) });
  else sayReplayed(done);
  // As "diff" does: 1 says that something is left to be done.
  if (!isOk) process.exitCode = 1;
}

function sayReplayed(done: readonly SourceReplayed[]): void {
  if (done.length === 0) say('There are no sources yet: nothing is to be repeated.');
  else if (done.every(({ erasures }) => erasures === 0)) say('The ledger knows of nobody who was erased here: nothing is to be repeated.');
  else for (const one of done) saySource(one);
}

function saySource({ source, repeated, held, found, erased, error }: SourceReplayed): void {
  const name = plainText(source);
  if (error) {
    say(`${name}: ${error.definition.text} (${error.code})`);
    say(`  next: ${error.definition.fix} It stays to be done: "udm serve" tries again every ten minutes, and runs of the source wait for it.`);
    return;
  }
  const searched = `${name}: searched for ${count(repeated, 'erased person', 'erased people')}`;
  say(found === 0 ? `${searched}, nothing of them is there.` : `${searched}; ${count(found, 'row', 'rows')} held something of them, ${erased} erased.`);
  if (held > 0)
    say(`  ${count(held, 'erasure', 'erasures')} not repeated because of a legal hold: runs of the source wait until it is released, see "udm hold list".`);
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
