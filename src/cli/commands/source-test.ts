import type { Command } from 'commander';
import { SOURCE_STEPS, type SourceStep } from '../../contract/source-test.ts';
import { sampleSource } from '../../operations/sample-source.ts';
import { findSourceByName } from '../../operations/sources.ts';
import { type SourceTestProgress, testSource } from '../../operations/test-source.ts';
import { addPlaceOptions } from '../options.ts';
import { addSettingOptions, draftOf, type SettingFlags, settingsOfFlags } from '../source-flags.ts';
import { note, plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type Outcome = Exclude<SourceTestProgress, { state: 'running' } | { state: 'end' }>;

const STEP_NAMES: Readonly<Record<SourceStep, string>> = {
  settings: 'The settings are valid',
  resolve: 'The host name is known, and may be reached',
  connect: 'The host answers at the port',
  tls: 'The connection is secured as it should be',
  sign_in: 'The server admits the user',
  server: 'The server tells its version and its clock',
  rights: 'The user may read what is needed',
  tables: 'Every table and column of the catalog is there',
  writer: 'The account with write rights may change what data requests need',
  sample: 'Rows can be read',
};

export function registerSourceTest(source: Command): void {
  addSettingOptions(
    addPlaceOptions(
      source.command('test').description('Try the way to a source step by step; with flags, as it would be after that change').argument('<name>', 'name'),
    ),
  ).action((name: string, options: Options & SettingFlags) => withApp(options, (context) => test(context, name, options)));
  addPlaceOptions(source.command('sample').description('Show the newest ten rows of a type, masked').argument('<name>', 'name').argument('<type>', 'type'))
    .option('--entity-type <name...>', 'entity types; all when left out')
    .action((name: string, type: string, options: Options & { entityType?: string[] }) =>
      withApp(options, (context) => sample(context, name, { type, entityTypes: options.entityType ?? 'all' }, options.json === true)),
    );
}

async function test({ app, actor }: CommandContext, name: string, options: Options & SettingFlags): Promise<void> {
  const found = await findSourceByName(app.services, actor, name);
  const flags = await settingsOfFlags(options);
  const input = { source: found.id, ...(Object.keys(flags).length > 0 && { draft: { ...draftOf(found), ...flags } }) };
  await sayTest(testSource(app.services, actor, input, new AbortController().signal), options.json === true);
}

/** Error: that of the first step that failed. */
export async function requireGood(progress: AsyncGenerator<SourceTestProgress, void>): Promise<void> {
  for await (const one of progress) if (one.state === 'failed') throw one.error;
}

/** Says each step as it happens. Error: that of the first step that failed. */
async function sayTest(progress: AsyncGenerator<SourceTestProgress, void>, json: boolean): Promise<void> {
  const outcomes: Outcome[] = [];
  for await (const one of progress) {
    if (one.state === 'running') continue;
    if (one.state === 'end') {
      if (json) sayJson({ ok: one.ok, steps: outcomes.map(documentOf), sample: one.sample });
      continue;
    }
    outcomes.push(one);
    if (!json) sayOutcome(one);
  }
  const failed = outcomes.find((one) => one.state === 'failed');
  if (failed) throw failed.error;
}

function sayOutcome(one: Outcome): void {
  const marks = { ok: 'ok      ', failed: 'FAILED  ', skipped: 'skipped ' } as const;
  const took = one.state === 'skipped' ? '' : ` (${one.milliseconds} ms)`;
  const facts = one.state === 'ok' ? factsText(one.facts) : '';
  (one.state === 'failed' ? note : say)(`${marks[one.state]}${SOURCE_STEPS.indexOf(one.step) + 1}. ${STEP_NAMES[one.step]}${took}${facts}`);
  if (one.state === 'ok' && one.step === 'writer') sayWriter(one.facts);
  if (one.state !== 'ok' || one.step !== 'rights') return;
  if (one.facts['isSuperuser'] === true) say('         Warning: the user is a superuser; give UDM one that may only read.');
  else if (one.facts['writable'] !== '') say('         Warning: the user may write; give UDM one that may only read.');
}

function sayWriter({ user, isSuperuser, beyond }: Readonly<Record<string, unknown>>): void {
  if (user === null) say('         There is none: data requests can show data, and neither erase nor correct it.');
  else if (isSuperuser === true || beyond !== '') say('         Warning: it may change more than that; give it those tables only.');
}

function factsText(facts: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(facts).filter(([, value]) => value !== '' && value !== null && value !== false);
  return told.length === 0 ? '' : `: ${told.map(([name, value]) => `${name} ${plainText(String(value))}`).join(', ')}`;
}

function documentOf(one: Outcome): object {
  const { step, state } = one;
  if (one.state === 'skipped') return { step, state };
  const { milliseconds } = one;
  return one.state === 'ok' ? { step, state, milliseconds, facts: one.facts } : { step, state, milliseconds, code: one.error.code };
}

async function sample(
  { app, actor }: CommandContext,
  name: string,
  request: { readonly type: string; readonly entityTypes: 'all' | readonly string[] },
  json: boolean,
): Promise<void> {
  const { name: stored } = await findSourceByName(app.services, actor, name);
  const found = await sampleSource(app.services, actor, stored, request, new AbortController().signal);
  if (json) return sayJson(found);
  for (const { entityType, rows } of found.entityTypes) {
    say(`${entityType}: ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`);
    const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (rows.length > 0)
      sayTable(
        ['FIELD', 'NEWEST'],
        fields.map((field) => [field, cellText(rows[0]?.[field] ?? null)]),
      );
  }
}

function cellText(cell: Awaited<ReturnType<typeof sampleSource>>['entityTypes'][number]['rows'][number][string]): string {
  if (cell === null) return 'no value';
  if ('value' in cell) return plainText(String(cell.value));
  return cell.upTo === null ? 'masked, more than 1,000 characters' : `masked, up to ${cell.upTo} characters`;
}
