import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteSource } from '../../src/operations/change-source.ts';
import { removeJob } from '../../src/operations/delete-job.ts';
import { addSource } from '../../src/operations/sources.ts';
import { cliSession } from '../support/cli-session.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** Coverage on the command line: the strip, the gate and the filling of gaps, against a real UDM whose clock the test sets. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let planned: Planned;

beforeAll(async () => {
  planned = await openPlanned(files.make().certificate);
});
afterAll(async () => {
  await planned?.close();
  files.remove();
});
beforeEach(async () => {
  // Sunday, 2026-03-01T10:00Z.
  await planned.clear();
});

const { command, document, refusal, answering } = cliSession(() => planned.door.app.dataFolder);

describe('coverage', () => {
  const ASKED = ['UCSX', 'Interaction'];
  const at = (time: string) => `2026-03-01T${time}:00Z`;

  /** Published [10:00, 11:55); nothing before and after. */
  async function publishedJob(): Promise<string> {
    const { id } = await planned.make();
    for (const time of ['11:00', '12:00']) {
      await planned.tick(time);
      await planned.work();
    }
    return id;
  }

  it('is a strip and a table of stretches', async () => {
    await publishedJob();
    const { stdout } = await command('coverage', ...ASKED, '--from', at('08:00'), '--to', at('12:00'));
    const [heading, strip, legend] = stdout.split('\n') as [string, string, string];
    expect(heading).toMatch(/^UCSX Interaction \(.*Chat.*\) from 2026-03-01T08:00:00Z to 2026-03-01T12:00:00Z$/);
    expect(strip).toMatch(/^·{40}█{38}··$/);
    expect(legend).toContain('█ covered   ▓ twice   ░ expired   · never   (one character is 3 min 0 s)');
    expect(stdout).toMatch(
      /2026-03-01T08:00:00Z +2026-03-01T10:00:00Z +never\n2026-03-01T10:00:00Z +2026-03-01T11:55:00Z +covered +[0-9a-f-]{36} [0-9a-f-]{36}\n/,
    );
    const view = await document('coverage', 'show', ...ASKED, '--entity-type', 'Chat', '--from', at('10:00'), '--to', at('11:00'));
    expect(view).toMatchObject({ entityTypes: ['Chat'], complete: true, exactlyOnce: true });
  });

  it('of a deleted source stays, under its name and its end, up to which it is complete', async () => {
    const { actor, call, app } = planned.door;
    await removeJob(app.services, actor, await publishedJob());
    const { items: sources } = await document('source', 'list');
    await deleteSource(app.services, actor, sources.find((one: { name: string }) => one.name === 'UCSX').id);
    const key = 'UCSX (– 2026-03-01 12:00)';
    const listed = (await call('GET', '/api/coverage/sources')).json.items as { source: string; deletedAt: string | null; types: { type: string }[] }[];
    expect(listed.map((one) => one.source)).toEqual(['IWD', key]);
    expect(listed[1]).toMatchObject({ deletedAt: '2026-03-01T12:00:00.000Z', types: [{ type: 'Interaction', hasTime: true }] });
    await planned.clock.set('2026-03-08T12:00:00Z');
    const view = await document('coverage', 'show', key, 'Interaction', '--from', at('10:00'), '--to', at('11:55'));
    // Its settle lag before its end, not before now: what came later is nobody's gap.
    expect(view).toMatchObject({ source: key, complete: true, exactlyOnce: true, settledTo: '2026-03-01T11:55:00.000Z' });
    expect(await command('coverage', key, 'Interaction', '--assert-complete', at('10:00'), at('11:55'))).toMatchObject({ code: 0 });
    expect((await refusal('coverage', ...ASKED, '--from', at('10:00'), '--to', at('11:55'))).error.problems[0]).toMatchObject({
      code: 'source.unknown',
      range: ['IWD', key],
    });
    // Another of that name begins with nothing.
    const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
    await addSource(app.services, actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
    expect(await document('coverage', 'show', ...ASKED, '--from', at('10:00'), '--to', at('11:55'))).toMatchObject({ complete: false });
    expect(await document('coverage', 'show', key, 'Interaction', '--from', at('10:00'), '--to', at('11:55'))).toMatchObject({ complete: true });
    // One that nothing was exported from is gone for good.
    await planned.clear();
    expect((await call('GET', '/api/coverage/sources')).json.items.map((one: { source: string }) => one.source)).toEqual(['IWD', 'UCSX']);
  });

  it('gates with --assert-complete: exit code 0 only if it is, else 1 with the first gaps', async () => {
    const id = await publishedJob();
    const complete = await command('coverage', ...ASKED, '--assert-complete', at('10:00'), at('11:55'));
    expect(complete).toMatchObject({ code: 0, stdout: 'Complete: UCSX Interaction from 2026-03-01T10:00:00Z to 2026-03-01T11:55:00Z.\n' });
    expect(await refusal('coverage', ...ASKED, '--assert-complete', at('09:59'), at('11:56'))).toMatchObject({
      code: 1,
      error: {
        code: 'coverage.incomplete',
        value: {
          stretches: 2,
          first: [
            { from: at('09:59'), to: at('10:00'), state: 'never' },
            { from: at('11:55'), to: at('11:56'), state: 'never' },
          ],
        },
      },
    });
    const asserted = [...ASKED, '--assert-complete', at('10:00'), at('11:55')];
    expect((await command('coverage', ...asserted, '--exactly-once')).code).toBe(0);
    // A second job exports an hour of it again.
    const { id: again } = await planned.make({ range: { kind: 'last', count: 1, unit: 'hour' } });
    await command('job', 'run', again);
    await planned.work();
    expect((await command('coverage', ...asserted)).code).toBe(0);
    expect(await refusal('coverage', ...asserted, '--exactly-once')).toMatchObject({ code: 1, error: { value: { first: [{ state: 'twice' }] } } });
    // When everything has expired it was exported once upon a time, but cannot be had.
    await planned.clock.set('2026-06-01T00:00:00Z');
    expect(await refusal('coverage', ...asserted)).toMatchObject({ code: 1, error: { value: { first: [{ state: 'expired' }] } } });
    expect((await command('coverage', ...asserted, '--expired-ok')).code).toBe(0);
    expect(await planned.job(id)).toBeDefined();
  });

  it('refuses what cannot be asked: exit code 2', async () => {
    for (const args of [
      [...ASKED],
      [...ASKED, '--from', at('10:00')],
      [...ASKED, '--assert-complete', at('10:00')],
      [...ASKED, '--assert-complete', at('10:00'), at('11:00'), at('12:00')],
      [...ASKED, '--assert-complete', at('10:00'), at('11:00'), '--from', at('10:00')],
      [...ASKED, '--from', at('10:00'), '--to', at('11:00'), '--expired-ok'],
      [...ASKED, '--from', at('10:00'), '--to', at('11:00'), '--exactly-once'],
      ['UCSX'],
    ]) {
      expect(await refusal('coverage', ...args), args.join(' ')).toMatchObject({ code: 2, error: { code: 'usage' } });
    }
    const { error } = await refusal('coverage', 'Nowhere', 'Interaction', '--from', '2026-03-01T10:00', '--to', 'x');
    expect(error.problems.map((one: { code: string }) => one.code)).toEqual(['source.unknown', 'timestamp.offset_required', 'timestamp.invalid']);
  });

  it('fill says what it would run, and queues only with --yes or an answer', async () => {
    const id = await publishedJob();
    const fill = ['coverage', 'fill', id, '--from', at('08:00'), '--to', at('11:00')];
    const backfills = async () => (await planned.runs(id)).filter((run) => run.trigger === 'backfill').map((run) => run.window);
    const told = await command(...fill);
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^"Calls" would run for this gap:\nFROM +TO\n2026-03-01T08:00:00Z +2026-03-01T10:00:00Z\n$/),
    });
    expect(told.stderr).toContain('Nothing was queued. To queue these runs, add --yes.');
    expect(await document(...fill)).toMatchObject({ job: id, gaps: [{ from: at('08:00'), to: at('10:00') }] });
    expect((await answering('\n', ...fill)).stderr).toContain('Queue these runs? [yes/NO]');
    expect(await backfills()).toEqual([]);
    expect((await answering('y\n', ...fill)).stdout).toContain('Queued: 1 run.\n');
    expect(await backfills()).toEqual(['08:00-10:00']);
    // What waits is no gap any more.
    expect((await command(...fill, '--yes')).stdout).toMatch(/^There is nothing to fill/);
    expect((await document('coverage', 'fill', id, '--from', at('06:00'), '--to', at('07:00'), '--yes')).runs).toMatchObject([
      { jobId: id, trigger: 'backfill' },
    ]);
    expect(await backfills()).toEqual(['06:00-07:00', '08:00-10:00']);
    expect(await refusal('coverage', 'fill', UNKNOWN, '--from', at('06:00'), '--to', at('07:00'))).toMatchObject({ code: 4 });
  });

  it('fill takes expired stretches with --expired', async () => {
    const id = await publishedJob();
    await planned.clock.set('2026-06-01T00:00:00Z');
    const fill = ['coverage', 'fill', id, '--from', at('10:00'), '--to', at('11:55')];
    expect((await document(...fill)).gaps).toEqual([]);
    expect((await document(...fill, '--expired')).gaps).toEqual([{ from: at('10:00'), to: at('11:55') }]);
  });
});
