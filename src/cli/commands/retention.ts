import type { Command } from 'commander';
import type { RetentionView } from '../../contract/retention.ts';
import { CodedError } from '../../errors.ts';
import { agreeToClock, readRetention } from '../../operations/retention.ts';
import { ask, canAsk } from '../ask.ts';
import { addPlaceOptions } from '../options.ts';
import { say, sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly yes?: boolean };

export function registerRetention(program: Command): void {
  const retention = program.command('retention').description('Deletion of expired files');
  addPlaceOptions(retention.command('status').description('Say whether expired files are deleted, or why not')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const view = await readRetention(app.services, actor);
      options.json ? sayJson(view) : sayView(view);
    }),
  );
  addPlaceOptions(retention.command('agree').description('Let expired files be deleted again by the clock as it is now, after it leapt'))
    .option('--yes', 'agree without being asked')
    .action((options: Options) => withApp(options, (context) => agree(context, options)));
}

async function agree({ app, actor }: CommandContext, options: Options): Promise<void> {
  const view = await readRetention(app.services, actor);
  if (!view.halt) throw new CodedError('retention.not_halted');
  if (!options.json) sayView(view);
  if (!options.yes) {
    if (!canAsk(options.json === true)) throw new CodedError('usage', { field: '--yes', value: 'not given', range: 'needed where nobody can be asked' });
    if ((await ask('Is the clock right now?', ['yes', 'no'], 'no')) !== 'yes') return say('Nothing was changed.');
  }
  const after = await agreeToClock(app.services, actor, view.halt.id);
  options.json ? sayJson(after) : sayView(after);
}

function sayView({ halt, filesWaiting }: RetentionView): void {
  if (halt) {
    const what = halt.cause === 'leap' ? 'leapt by more than an hour' : 'went back while UDM was stopped';
    say(`No expired file is deleted: the clock of the database ${what}. It showed ${halt.foundAt}, not ${halt.expectedAt}.`);
    say('Set the clock right, then run "udm retention agree".');
  } else say('Retention works: expired files are deleted within a day.');
  say(`${filesWaiting} expired ${filesWaiting === 1 ? 'file is' : 'files are'} in storage still.`);
}
