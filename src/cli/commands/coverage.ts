import type { Command } from 'commander';
import type { CoverageView, FillPlanView } from '../../contract/coverage.ts';
import { CodedError } from '../../errors.ts';
import { fillGaps, planFill } from '../../operations/fill-coverage.ts';
import { readCoverage } from '../../operations/read-coverage.ts';
import { ask, canAsk } from '../ask.ts';
import { refuseBeside, refuseSeveral } from '../contradiction.ts';
import { coverageStrip } from '../coverage-strip.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { note, plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';
import { RUNS_WAIT } from './runs.ts';

type Options = PlaceOptions & { readonly json?: boolean };

interface ShowOptions extends Options {
  readonly from?: string;
  readonly to?: string;
  readonly entityType?: readonly string[];
  readonly assertComplete?: readonly string[];
  readonly expiredOk?: boolean;
  readonly exactlyOnce?: boolean;
}

interface FillOptions extends Options {
  readonly from: string;
  readonly to: string;
  readonly expired?: boolean;
  readonly yes?: boolean;
}

/** Gaps that an error names; whoever wants all of them asks without the assertion. */
const MOST_NAMED = 3;
const MOST_RUNS_SHOWN = 2;
const PLAIN_WIDTH = 80;

export function registerCoverage(program: Command): void {
  const coverage = program.command('coverage').description('Which stretches of time are exported, and filling those that are not');
  addPlaceOptions(
    coverage
      .command('show', { isDefault: true })
      .description('Show what is exported once, twice, only in expired files, or never; "show" may be left out')
      .argument('<source>', 'source, e.g. UCSX')
      .argument('<type>', 'type, e.g. Interaction'),
  )
    .option('--from <time>', 'from this time, e.g. 2026-03-01T00:00:00Z')
    .option('--to <time>', 'up to this time (not included)')
    .option('--entity-type <name...>', 'entity types (all when left out)')
    .option('--assert-complete <from-to...>', 'FROM TO: print little, and end with 1 unless all of that is in files that can be had')
    .option('--expired-ok', 'with --assert-complete: files that have expired count, too')
    .option('--exactly-once', 'with --assert-complete: nothing may be exported twice')
    .action((source: string, type: string, options: ShowOptions) => withApp(options, (context) => show(context, source, type, options)));
  addPlaceOptions(
    coverage.command('fill').description('Run a job for the gaps of a stretch of time; says first what it would run').argument('<job>', 'job id', idArgument),
  )
    .requiredOption('--from <time>', 'from this time, e.g. 2026-03-01T00:00:00Z')
    .requiredOption('--to <time>', 'up to this time (not included)')
    .option('--expired', 'also what is only in expired files')
    .option('--yes', 'queue the runs without asking')
    .action((job: string, options: FillOptions) => withApp(options, (context) => fill(context, job, options)));
}

async function show({ app, actor }: CommandContext, source: string, type: string, options: ShowOptions): Promise<void> {
  const { from, to } = rangeOf(options);
  const view = await readCoverage(app.services, actor, { source, type, entityTypes: options.entityType, from, to });
  if (options.assertComplete) assertComplete(view, options);
  if (options.json) return sayJson(view);
  if (options.assertComplete) return say(`Complete: ${source} ${type} from ${view.from} to ${view.to}.`);
  say(`${source} ${type} (${view.entityTypes.join(', ')}) from ${view.from} to ${view.to}`);
  for (const line of coverageStrip(view, process.stdout.columns ?? PLAIN_WIDTH)) say(line);
  say('');
  sayTable(
    ['FROM', 'TO', 'STATE', 'RUNS'],
    view.stretches.map((one) => [one.from ?? 'beginning', one.to ?? 'end', one.state, runsText(one.runs)]),
  );
}

function runsText(runs: readonly string[]): string {
  const rest = runs.length - MOST_RUNS_SHOWN;
  return `${runs.slice(0, MOST_RUNS_SHOWN).join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function rangeOf(options: ShowOptions): { from: string; to: string } {
  const { from, to, assertComplete: asserted } = options;
  if (asserted && (from !== undefined || to !== undefined)) refuseSeveral(['--assert-complete', '--from, --to'], 'stretch of time');
  if (!asserted && options.expiredOk) refuseBeside('--expired-ok', '--from and --to', '--assert-complete');
  if (!asserted && options.exactlyOnce) refuseBeside('--exactly-once', '--from and --to', '--assert-complete');
  if (asserted && asserted.length !== 2)
    throw new CodedError('usage', { field: '--assert-complete', value: asserted, range: '--assert-complete FROM TO, after source and type' });
  if (asserted) return { from: asserted[0] as string, to: asserted[1] as string };
  if (from === undefined || to === undefined)
    throw new CodedError('usage', { field: '--from, --to', value: 'missing', range: '--from and --to, or --assert-complete FROM TO' });
  return { from, to };
}

/** Error: `coverage.incomplete` with the first stretches that break the assertion. */
function assertComplete(view: CoverageView, { expiredOk, exactlyOnce }: ShowOptions): void {
  const broken = view.stretches.filter(({ state }) => state === 'never' || (state === 'expired' && !expiredOk) || (state === 'twice' && exactlyOnce));
  if (broken.length === 0) return;
  const first = broken.slice(0, MOST_NAMED).map(({ from, to, state }) => ({ from, to, state }));
  throw new CodedError('coverage.incomplete', { value: { stretches: broken.length, first } });
}

async function fill(context: CommandContext, job: string, options: FillOptions): Promise<void> {
  const { app, actor } = context;
  const states = options.expired ? (['never', 'expired'] as const) : (['never'] as const);
  const plan = await planFill(app.services, actor, { job, from: options.from, to: options.to, states });
  if (!options.json) sayPlan(plan);
  const agreed = plan.gaps.length > 0 && (options.yes || (canAsk(options.json === true) && (await ask('Queue these runs?', ['yes', 'no'], 'no')) === 'yes'));
  if (!agreed) {
    if (options.json) sayJson(options.yes ? { runs: [] } : plan);
    if (plan.gaps.length > 0) note('Nothing was queued. To queue these runs, add --yes.');
    return;
  }
  const runs = await fillGaps(app.services, actor, { job, gaps: plan.gaps });
  options.json ? sayJson({ runs }) : say(`Queued: ${runs.length} ${runs.length === 1 ? 'run' : 'runs, one after another'}.`);
  if (app.ownsFolder) note(RUNS_WAIT);
}

function sayPlan({ jobTitle, gaps }: FillPlanView): void {
  if (gaps.length === 0) {
    say('There is nothing to fill: all of it is exported, or runs for it are waiting.');
    return;
  }
  say(`"${plainText(jobTitle)}" would run for ${gaps.length === 1 ? 'this gap' : `these ${gaps.length} gaps`}:`);
  sayTable(
    ['FROM', 'TO'],
    gaps.map((gap) => [gap.from, gap.to]),
  );
}
