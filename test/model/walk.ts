import { strictEqual } from 'node:assert/strict';
import { CodedError } from '../../src/errors.ts';
import { claim } from '../../src/operations/claim-run.ts';
import { endUnsuccessfully } from '../../src/operations/end-run.ts';
import { passTurns } from '../../src/operations/give-turns.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { inTenant } from '../../src/records/database.ts';
import { lockJob } from '../../src/records/job-plan.ts';
import { type Claim, endRun } from '../../src/records/run-lease.ts';
import { checkInvariants, checkRows, checkView, checkViews, type Found } from './check.ts';
import { momentOf, type Step } from './commands.ts';
import type { Door, Names, Outcome } from './door.ts';
import { type Act, answer, type World } from './model.ts';
import { BEGIN, type Stage } from './stage.ts';

const NOBODY = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';

/** How often each command was answered how: what a test has seen. */
export type Tally = Map<string, number>;

/** Gives the commands to UDM and to the model and compares them after each. Throws with what was done so far. */
export async function walk(stage: Stage, door: Door, steps: readonly Step[], tally: Tally): Promise<void> {
  await stage.clear();
  const walker = new Walker(stage, door, tally);
  let onTheDot = false;
  for (const [index, step] of steps.entries()) {
    const moment = momentOf(step.command, walker.world, `Job ${index}`, onTheDot);
    if (!moment) continue;
    await walker.go(moment.now, moment.act, step.door);
    onTheDot = moment.act === null;
  }
  await walker.checkList();
}

class Walker {
  readonly #stage: Stage;
  readonly #door: Door;
  readonly #tally: Tally;
  world: World = { now: BEGIN, jobs: [] };
  /** By number of the model. */
  readonly #ids: string[] = [];
  #found: Found = { jobs: [], runs: [] };
  readonly #runIds = new Map<string, string>();
  readonly #leases = new Map<string, Claim>();
  readonly #story: string[] = [];

  constructor(stage: Stage, door: Door, tally: Tally) {
    this.#stage = stage;
    this.#door = door;
    this.#tally = tally;
  }

  async go(now: number, act: Act | null, through: Step['door']): Promise<void> {
    this.world = { ...this.world, now };
    await this.#stage.setClock(now);
    const verdict = act ? answer(this.world, act) : null;
    this.#story.push(`${new Date(now).toISOString()} ${act ? JSON.stringify(act) : 'time passes'}${verdict ? ` → ${verdict.code}` : ''}`);
    try {
      if (act && verdict) await this.#perform(act, verdict.code, verdict.world, through);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nWhat was done, with what the model says:\n${this.#story.join('\n')}`, { cause: error });
    }
  }

  async #perform(act: Act, expected: string, world: World, through: Step['door']): Promise<void> {
    const outcome = await this.#do(act, through);
    strictEqual(outcome.code, expected, `${act.do} was answered ${outcome.code}, the model says ${expected}`);
    const name = `${nameOf(act, this.world)}: ${outcome.code}`;
    this.#tally.set(name, (this.#tally.get(name) ?? 0) + 1);
    const found = await this.#stage.read();
    this.world = world;
    if (this.#ids.length < world.jobs.length) this.#ids.push(found.jobs.find((job) => !this.#ids.includes(job.id))?.id ?? '');
    for (const run of found.runs) if (run.job) this.#runIds.set(`${this.#ids.indexOf(run.job)} ${run.at}`, run.id);
    checkInvariants(found, this.#found, act.do === 'edit' && expected === 'ok' ? (this.#ids[act.job] as string) : null);
    this.#found = found;
    checkRows(found, world, this.#ids);
    if (outcome.view) checkView(outcome.view, world, this.#ids.indexOf(outcome.view.id));
    else await this.checkList();
  }

  async checkList(): Promise<void> {
    checkViews(await this.#door.list(), this.world, this.#ids);
  }

  async #do(act: Act, through: Step['door']): Promise<Outcome> {
    if (act.do === 'tick') await planDueRuns(this.#stage.app.services);
    else if (act.do === 'begin') await this.#begin(this.#names.run(act.job, act.run));
    else if (act.do === 'end') await this.#end(act, this.#names.job(act.job), this.#names.run(act.job, act.run));
    else return this.#door.perform(act, this.#names, through);
    return { code: 'ok', view: null };
  }

  /** As a worker begins. */
  async #begin(runId: string): Promise<Claim> {
    const claimed = await claim(this.#stage.app.services, { tenantId: this.#stage.actor.tenantId, runId });
    if (!claimed) throw new Error('The run cannot be claimed.');
    this.#leases.set(runId, claimed.lease);
    return claimed.lease;
  }

  /** As a worker ends: a wish to cancel is heard while it reads, not after. */
  async #end(act: Extract<Act, { do: 'end' }>, jobId: string, runId: string): Promise<void> {
    const { services } = this.#stage.app;
    const lease = this.#leases.get(runId) ?? (await this.#begin(runId));
    // It may be made again.
    this.#leases.delete(runId);
    const wanted = this.world.jobs[act.job]?.runs.some((run) => run.at === act.run && run.cancelling);
    if (act.how === 'failed') return endUnsuccessfully(services, lease, jobId, new CodedError(wanted ? 'run.cancelled' : 'source.unreachable'));
    const { tenantId } = this.#stage.actor;
    await inTenant(services.database, tenantId, async (tx) => {
      await lockJob(tx, tenantId, jobId);
      await endRun(tx, lease, { status: 'succeeded', rows: 1, bytes: 1, fileBytes: 1 });
      await passTurns(services, tx, tenantId, [jobId]);
    });
  }

  readonly #names: Names = {
    job: (number) => this.#ids[number] ?? NOBODY,
    run: (job, at) => this.#runIds.get(`${job} ${at}`) ?? NOBODY,
    known: (number) => this.world.jobs[number],
  };
}

/** What was done to what. */
function nameOf(act: Act, world: World): string {
  if (act.do === 'tick') return act.do;
  if (act.do === 'create') return `create ${act.settings.schedule.kind}`;
  if (act.do === 'bulk') return `bulk ${act.action}`;
  const job = world.jobs[act.job];
  if (act.do === 'cancel' || act.do === 'retry' || act.do === 'deleteRun') return `${act.do} ${job?.runs.find((run) => run.at === act.run)?.status}`;
  return `${act.do} ${job?.schedule.kind}${act.do === 'edit' ? ` to ${act.settings.schedule.kind}` : ''}`;
}
