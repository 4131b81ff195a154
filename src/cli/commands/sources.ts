import type { Command } from 'commander';
import type { SourceDetailView } from '../../contract/source.ts';
import { CodedError } from '../../errors.ts';
import { changeSource, createSource, deleteSource } from '../../operations/change-source.ts';
import { findSourceByName, listSourcesFor } from '../../operations/sources.ts';
import { testSource } from '../../operations/test-source.ts';
import { ask, canAsk } from '../ask.ts';
import { addPlaceOptions } from '../options.ts';
import { addSettingOptions, draftOf, type SettingFlags, settingsOfFlags } from '../source-flags.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';
import { registerSourceTest, requireGood } from './source-test.ts';

type Options = PlaceOptions & { readonly json?: boolean };

const WARNINGS: Readonly<Record<SourceDetailView['warnings'][number], string>> = {
  tls_off: 'TLS is off: password and data cross the network in the clear.',
  certificate_not_checked: "TLS without a check of the server's certificate: it may be another machine. Use --tls verified.",
  name_not_checked: "TLS without a check of the server's name: use --tls verified.",
};

export function registerSources(program: Command): void {
  const source = program.command('source').description('Systems to export from');
  addSettingOptions(addPlaceOptions(source.command('add').description('Add a source and check that it answers').argument('<name>', 'name, e.g. UCSX')))
    .option('--no-check', 'do not ask the source whether everything is there')
    .action((name: string, options: Options & SettingFlags & { check: boolean }) => withApp(options, (context) => add(context, name, options)));
  addPlaceOptions(source.command('list').description('List sources')).action((options: Options) => withApp(options, (context) => list(context, options)));
  addPlaceOptions(source.command('show').description('Show a source and the jobs that use it').argument('<name>', 'name')).action(
    (name: string, options: Options) =>
      withApp(options, async ({ app, actor }) => saySource(await findSourceByName(app.services, actor, name), options.json === true)),
  );
  addSettingOptions(addPlaceOptions(source.command('set').description('Change settings of a source; what is not named stays').argument('<name>', 'name')))
    .option('--rename <name>', 'new name')
    .action((name: string, options: Options & SettingFlags & { rename?: string }) => withApp(options, (context) => change(context, name, options)));
  registerSourceTest(source);
  addPlaceOptions(source.command('remove').description('Delete a source; what was exported from it stays').argument('<name>', 'name'))
    .option('--yes', 'delete without being asked')
    .action((name: string, options: Options & { readonly yes?: boolean }) => withApp(options, (context) => remove(context, name, options)));
}

async function add({ app, actor }: CommandContext, name: string, options: Options & SettingFlags & { check: boolean }): Promise<void> {
  const draft = { name, ...(await settingsOfFlags(options)) };
  if (options.check) await requireGood(testSource(app.services, actor, { draft }, new AbortController().signal));
  const made = await createSource(app.services, actor, draft);
  if (options.json) return sayJson(made);
  say(options.check ? `Added ${plainText(made.name)}: every table and column of the catalog "${made.catalog}" is there.` : `Added ${plainText(made.name)}.`);
  sayWarnings(made);
}

async function list({ app, actor }: CommandContext, { json }: Options): Promise<void> {
  const items = await listSourcesFor(app.services, actor);
  if (json) return sayJson({ items });
  if (items.length === 0) return say('No sources yet. Add one with "udm source add".');
  sayTable(
    ['NAME', 'KIND', 'HOST', 'DATABASE', 'CATALOG', 'TLS', 'SETTLE LAG', 'JOBS', 'LAST RUN', 'TYPES'],
    items.map((one) => [
      plainText(one.name),
      one.connector,
      `${one.host}:${one.port}`,
      plainText(one.database),
      one.catalog,
      one.tls,
      `${one.settleSeconds} s`,
      String(one.jobs),
      one.lastRun?.status ?? '',
      one.types.map((type) => type.type).join(', '),
    ]),
  );
}

async function change({ app, actor }: CommandContext, name: string, options: Options & SettingFlags & { rename?: string }): Promise<void> {
  const found = await findSourceByName(app.services, actor, name);
  const changed = await changeSource(app.services, actor, found.id, found.version, {
    ...draftOf(found),
    ...(await settingsOfFlags(options)),
    ...(options.rename !== undefined && { name: options.rename }),
  });
  if (options.json) return sayJson(changed);
  say(changed.version === found.version ? 'Nothing was changed.' : `Changed ${plainText(changed.name)}. Check it with "udm source test".`);
  sayWarnings(changed);
}

async function remove({ app, actor }: CommandContext, name: string, options: Options & { readonly yes?: boolean }): Promise<void> {
  const found = await findSourceByName(app.services, actor, name);
  if (!options.yes) {
    if (!canAsk(options.json === true)) throw new CodedError('usage', { field: '--yes', value: 'not given', range: 'needed where nobody can be asked' });
    say('Its settings and its password are deleted. Runs and files that came from it stay until they expire.');
    if ((await ask('Delete this source?', ['yes', 'no'], 'no')) !== 'yes') return say('Nothing was changed.');
  }
  await deleteSource(app.services, actor, found.id);
  options.json ? sayJson({ deleted: found.id }) : say('Deleted.');
}

function saySource(source: SourceDetailView, json: boolean): void {
  if (json) {
    sayJson(source);
    return;
  }
  const ca = source.ca.map((one) => `${plainText(one.subject)} (until ${one.validUntil.slice(0, 10)})`).join('; ');
  sayTable(
    ['SETTING', 'VALUE'],
    [
      ['Name', plainText(source.name)],
      ['Id', source.id],
      ['Kind', source.connector],
      ['Host', `${source.host}:${source.port}`],
      ['Database', plainText(source.database)],
      ['User', plainText(source.user)],
      ['User with write rights', source.writerUser === null ? 'none' : plainText(source.writerUser)],
      ['TLS', source.tls],
      ...(ca === '' ? [] : [['Trusted CA', ca]]),
      ['Catalog', `${source.catalog} (${source.types.map((type) => type.type).join(', ')})`],
      ['Settle lag', `${source.settleSeconds} s`],
      ['Jobs', `${source.jobs}${source.usedBy.length > 0 ? `: ${source.usedBy.map((job) => plainText(job.title)).join(', ')}` : ''}`],
      ['Last run', source.lastRun ? `${source.lastRun.status}, ${source.lastRun.at}` : 'none'],
      ...(source.erasuresToRepeat === 0
        ? []
        : [['Erasures to repeat', `${source.erasuresToRepeat}; its runs wait. "udm request replay --source NAME" does it now`]]),
      ...(source.erasuresHeld === 0 ? [] : [['Of these held', `${source.erasuresHeld}, until the legal hold on the person is released`]]),
    ],
  );
  sayWarnings(source);
}

function sayWarnings({ warnings }: SourceDetailView): void {
  for (const warning of warnings) say(`Warning: ${WARNINGS[warning]}`);
}
