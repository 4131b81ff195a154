import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { editJob } from '../../src/operations/edit-job.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { DAY, openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** Suspending, resuming and editing an hourly job since the previous run: whatever is changed, its data go on where they stand. */

const files = new Recipients();
let udm: Planned;

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
});

afterEach(() => udm.clear());

afterAll(async () => {
  await udm?.close();
  files.remove();
});

const linesOf = async (jobId: string) => (await udm.runs(jobId)).map(({ at, status, window }) => `${at} ${status} ${window}`);
const shownOf = async (jobId: string) => (await udm.runs(jobId)).map(({ at, status, trigger, window }) => `${at} ${status} ${trigger} ${window}`);
const utc = (time: string) => `${DAY}T${time}:00Z`;

describe('a suspension', () => {
  const suspended = async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.work();
    await udm.clock.set(utc('11:30'));
    await suspendJob(udm.services, udm.door.actor, id);
    await udm.tick('12:00');
    await udm.tick('13:00');
    await udm.clock.set(utc('13:30'));
    expect(await udm.job(id)).toMatchObject({ state: 'suspended', suppressedRuns: 2, nextRunAt: null, exportedUpTo: `${DAY}T10:55:00.000000Z` });
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 suppressed 10:55-11:55', '13:00 suppressed 10:55-12:55']);
    return id;
  };

  it.each([
    ['none', ['12:00 suppressed schedule 10:55-11:55', '13:00 suppressed schedule 10:55-12:55', '14:00 succeeded schedule 10:55-13:55']],
    ['latest', ['12:00 suppressed schedule 10:55-11:55', '13:00 succeeded resume 10:55-12:55', '14:00 succeeded schedule 12:55-13:55']],
    ['all', ['12:00 succeeded resume 10:55-11:55', '13:00 succeeded resume 11:55-12:55', '14:00 succeeded schedule 12:55-13:55']],
  ])('keeps the edge; resuming with %s runs what was asked for, and the data tile', async (missed, expected) => {
    const id = await suspended();
    expect(await resumeJob(udm.services, udm.door.actor, id, missed)).toMatchObject({ state: 'active', suppressedRuns: 0, nextRunAt: `${DAY}T14:00:00.000Z` });
    await udm.work();
    await udm.tick('14:00');
    await udm.work();
    expect((await shownOf(id)).slice(1)).toEqual(expected);
    expect((await udm.job(id)).exportedUpTo).toBe(`${DAY}T13:55:00.000000Z`);
  });

  it('lets the run that is going go on and suppresses those that wait, which resuming asks about', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.tick('12:00');
    expect(await suspendJob(udm.services, udm.door.actor, id)).toMatchObject({ suppressedRuns: 1 });
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 suppressed 10:00-11:55']);
    await resumeJob(udm.services, udm.door.actor, id, 'all');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
  });

  it('of a second time asks only about its own runs', async () => {
    const id = await suspended();
    await resumeJob(udm.services, udm.door.actor, id, 'none');
    await udm.clock.set(utc('13:40'));
    await suspendJob(udm.services, udm.door.actor, id);
    await udm.tick('14:00');
    expect((await udm.job(id)).suppressedRuns).toBe(1);
    await resumeJob(udm.services, udm.door.actor, id, 'all');
    await udm.work();
    expect((await linesOf(id)).slice(1)).toEqual(['12:00 suppressed 10:55-11:55', '13:00 suppressed 10:55-12:55', '14:00 succeeded 10:55-13:55']);
  });
});

describe('an edit', () => {
  const edit = (id: string, version: number, change: object) => editJob(udm.services, udm.door.actor, id, version, udm.draft(change));
  const chains = async (id: string) => (await udm.sql('SELECT id FROM chain WHERE job_id = $1', [id])).length;

  it('of the schedule continues the chain: what came due before keeps the old settings, the next window begins at the edge', async () => {
    const { id } = await udm.make({ missedRuns: 'all' });
    await udm.clock.set(utc('12:02'));
    const run = { kind: 'daily', time: '15:30', start: utc('10:00') };
    expect(await edit(id, 1, { run, title: 'Later' })).toMatchObject({ version: 2, nextRunAt: `${DAY}T15:30:00.000Z` });
    await udm.work();
    await udm.tick('15:30');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55', '15:30 succeeded 11:55-15:25']);
    expect(await udm.sql('SELECT job_title AS title FROM run ORDER BY scheduled_at')).toEqual([{ title: 'Calls' }, { title: 'Calls' }, { title: 'Later' }]);
    expect(await chains(id)).toBe(1);
  });

  it('that moves the start while the first run is going leaves that run its window, and the next goes on from there', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.clock.set(utc('11:30'));
    await edit(id, 1, { title: 'The start is now, as it was not said' });
    await udm.work();
    await udm.tick('12:00');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
  });

  it.each([
    ['entity types', { entityTypes: ['Chat'] }, '10:00-12:55'],
    ['type', { type: 'Contact' }, '10:00-12:55'],
    ['Data from', { range: { kind: 'since_previous', dataFrom: utc('09:00') } }, '09:00-12:55'],
  ])('of the %s starts a new chain; the run that is going and the one that waits end the old one', async (_name, change, window) => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.tick('12:00');
    await udm.clock.set(utc('12:30'));
    expect((await edit(id, 1, change)).exportedUpTo).toBeNull();
    await udm.tick('13:00');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55', `13:00 succeeded ${window}`]);
    expect(await chains(id)).toBe(2);
    expect((await udm.job(id)).exportedUpTo).toBe(`${DAY}T12:55:00.000000Z`);
  });

  it('of the date range and back again goes on with the chain it had, if it is about the same data', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.work();
    await udm.clock.set(utc('11:10'));
    await edit(id, 1, { range: { kind: 'all' } });
    await udm.tick('12:00');
    await udm.work();
    await udm.clock.set(utc('12:10'));
    await edit(id, 2, {});
    await udm.tick('13:00');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded -12:00', '13:00 succeeded 10:55-12:55']);
    expect(await chains(id)).toBe(1);
  });

  it('with the version of before changes nothing', async () => {
    const { id } = await udm.make();
    await edit(id, 1, { title: 'First' });
    await expect(edit(id, 1, { title: 'Second' })).rejects.toMatchObject({ code: 'version.mismatch' });
    expect(await udm.job(id)).toMatchObject({ version: 2, title: 'First' });
  });
});
