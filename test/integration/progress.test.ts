import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunView } from '../../src/contract/run.ts';
import { openLiveViews } from '../../src/http/live-views.ts';
import { createLog } from '../../src/lib/log.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { getRunDetails } from '../../src/operations/read-run-details.ts';
import { getRun } from '../../src/operations/read-runs.ts';
import type { Services } from '../../src/operations/services.ts';
import { signIn } from '../../src/operations/sign-in.ts';
import { type RunEvents, startRunEvents } from '../../src/records/run-events.ts';
import { sessionListener } from '../support/listener.ts';
import { ORIGIN } from '../support/origin.ts';
import { superuserOf } from '../support/database-text.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** What people see of a real run while it goes on, by asking and by the live stream. */

const recipients = new Recipients();
let udm: Planned;
let events: RunEvents;

beforeAll(async () => {
  udm = await openPlanned(recipients.make().certificate);
  events = await startRunEvents(await superuserOf(udm.door.app.dataFolder), createLog('silent'));
});
beforeEach(() => udm.clear());
afterAll(async () => {
  await events?.stop();
  await udm?.close();
  recipients.remove();
});

const ROWS = 50;
const BATCHES = 45;

/** A source of 2,250 rows that waits so many milliseconds before every 50, says before that they are `guess`, and is silent once it gave `silentAfter`. */
function services(guess: number, pace: number, silentAfter = ROWS * BATCHES): Services {
  const one = udm.services.connectors.open('', '', {}, '');
  const open: Services['connectors']['open'] = () => ({
    ...one,
    open: async (request, signal) => ({
      ...(await one.open(request, signal)),
      estimateRows: async () => ({ files: [guess], exact: false }),
      async *lines() {
        for (let batch = 0; batch < BATCHES; batch++) {
          await sleep(batch * ROWS < silentAfter ? pace : 60_000, undefined, { signal });
          yield Buffer.from(`{"text":"${'x'.repeat(20_000)}"}\n`.repeat(ROWS));
        }
      },
    }),
  });
  return { ...udm.services, connectors: { ...udm.services.connectors, open } };
}

async function queued(): Promise<string> {
  const job = await udm.make();
  await udm.tick('11:00');
  return (await udm.runs(job.id))[0]?.id as string;
}

/** Notes all that is shown of the run until `work` is done and a last time then. */
async function watched(id: string, work: (asked: readonly RunView[]) => Promise<unknown>): Promise<{ asked: RunView[]; told: RunView[] }> {
  const asked: RunView[] = [];
  const told: RunView[] = [];
  const { token } = await signIn(udm.services, { tenant: 'default', user: 'admin', password: 'correct horse battery staple' }, ORIGIN);
  const views = openLiveViews(udm.services);
  let telling = Promise.resolve();
  const stop = events.subscribe(udm.door.actor.tenantId, (note) => {
    if (!('run' in note) || note.run !== id) return;
    telling = telling.then(async () => {
      const event = await views.eventOf(note, sessionListener(udm.services, token));
      if (event && typeof event !== 'string') told.push(event.data as RunView);
    });
  });
  let done = false;
  const working = work(asked).finally(() => {
    done = true;
  });
  while (!done) {
    asked.push(await getRun(udm.services, udm.door.actor, id));
    await sleep(25);
  }
  await working;
  asked.push(await getRun(udm.services, udm.door.actor, id));
  await expect.poll(() => told.at(-1)?.status).toBe('succeeded');
  stop();
  await telling;
  return { asked, told };
}

const execute = (id: string, guess: number, pace: number, silentAfter?: number) =>
  executeRun(services(guess, pace, silentAfter), { tenantId: udm.door.actor.tenantId, runId: id }, new AbortController().signal);

function expectNeverBack(views: readonly RunView[]): number[] {
  const bars = views.flatMap(({ progress }) => progress.percent ?? []);
  expect(bars).toEqual([...bars].sort((a, b) => a - b));
  for (const { status, progress } of views) expect(progress.percent === 100, `${status} at ${progress.percent} %`).toBe(status === 'succeeded');
  return [...new Set(bars)];
}

describe('the progress of a run', () => {
  it('never goes back, is 100 when the file is published and not before, and tells the time left as a range whose worth is kept', async () => {
    const id = await queued();
    const seen = await watched(id, () => execute(id, ROWS * BATCHES, 90));
    for (const views of Object.values(seen)) {
      const bars = expectNeverBack(views);
      expect(bars.length).toBeGreaterThan(3);
      expect(bars.at(-1)).toBe(100);
    }
    const { asked } = seen;
    const end = asked.findIndex(({ status }) => status === 'succeeded');
    expect(asked.slice(0, end).some(({ progress }) => progress.timeLeftUnknown === 'too_early')).toBe(true);
    const left = asked.flatMap(({ progress }) => progress.timeLeft ?? []);
    expect(left.length).toBeGreaterThan(0);
    for (const one of left) expect(one).toMatchObject({ from: expect.any(Number), to: expect.any(Number), basis: 'this_run' });
    for (const { from, to } of left) expect(from).toBeLessThanOrEqual(to);
    expect(asked.at(-1)?.progress).toMatchObject({ rows: ROWS * BATCHES, rowsEstimated: ROWS * BATCHES, timeLeft: null, timeLeftUnknown: null });
    // What was estimated is kept, with what it came to be.
    const kept = await udm.sql('SELECT * FROM run_estimate WHERE run_id = $1 ORDER BY elapsed', [id]);
    expect(kept.length).toBeGreaterThan(0);
    for (const { elapsed, time_left, shown_low, shown_high } of kept as Record<string, string>[]) {
      expect(Number(elapsed) + Number(time_left)).toBeGreaterThan(4_000);
      expect(Number(shown_low)).toBeLessThanOrEqual(Number(shown_high));
    }
    const { estimates, estimatesOfRun } = await getRunDetails(udm.services, udm.door.actor, id);
    expect(estimatesOfRun.map(({ percent, from, to }) => [percent, from * 1_000, to * 1_000])).toEqual(
      (kept as Record<string, unknown>[]).map((one) => [Number(one['percent']), Number(one['shown_low']), Number(one['shown_high'])]),
    );
    expect(estimates?.estimates).toBe(kept.length);
    const held = (kept as Record<string, string>[]).filter(
      (one) => Number(one['shown_low']) <= Number(one['time_left']) && Number(one['time_left']) <= Number(one['shown_high']),
    );
    expect(estimates?.held).toBe(held.length);
    const [attempt] = await udm.sql('SELECT rows_guessed FROM run_attempt WHERE run_id = $1', [id]);
    expect(Number(attempt?.['rows_guessed'])).toBe(ROWS * BATCHES);
  });

  it('goes on from where it was when an attempt loses the run, also with far more rows than were guessed', async () => {
    const id = await queued();
    const { asked, told } = await watched(id, async (seen) => {
      const first = execute(id, 1_000, 40, 800);
      await expect.poll(() => seen.at(-1)?.progress.percent, { timeout: 20_000 }).toBeGreaterThan(20);
      await Promise.all([execute(id, 300, 40), first]);
    });
    for (const views of [asked, told]) expectNeverBack(views);
    const [before, after] = [asked.filter((one) => one.attempt === 1), asked.filter((one) => one.attempt === 2)];
    expect(after[0]?.progress.percent).toBeGreaterThanOrEqual(before.at(-1)?.progress.percent as number);
    expect(before.at(-1)?.progress.percent).toBeGreaterThan(20);
    expect(after[0]?.progress.rows).toBe(0);
    expect(asked.some(({ progress }) => progress.timeLeftUnknown === 'more_rows' && progress.rowsEstimated === null)).toBe(true);
  });
});
