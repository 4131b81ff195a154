import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { fillGaps } from '../../src/operations/fill-coverage.ts';
import { retryRun } from '../../src/operations/retry-run.ts';
import { DAY, openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** The freshness of a job as its rows come to it: the rule itself is tested in src/domain/freshness.test.ts. */

const files = new Recipients();
let udm: Planned;

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
  // Its session stays open however the clock jumps.
  await udm.door.call('GET', '/api/session');
  await udm.sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
});

afterEach(() => udm.clear());

afterAll(async () => {
  await udm?.close();
  files.remove();
});

const utc = (time: string) => `${DAY}T${time}:00Z`;
const said = async (id: string) => {
  const { freshness, freshnessReason: reason } = await udm.job(id);
  return `${freshness}: ${reason.code}`;
};

it('goes with the runs of the job', async () => {
  const { id } = await udm.make();
  expect(await said(id)).toBe('on_time: first_run');
  await udm.tick('11:00');
  expect(await said(id)).toBe('on_time: running');
  await udm.clock.set(utc('11:06'));
  expect(await said(id)).toBe('late: waiting');
  await udm.tick('12:00');
  expect(await said(id)).toBe('catching_up: backlog');
  await udm.work();
  expect(await said(id)).toBe('on_time: as_planned');
  await udm.clock.set(utc('13:06'));
  expect(await said(id)).toBe('late: not_planned');
});

it('names the run that failed and its cause, until one succeeds', async () => {
  const { id } = await udm.make();
  udm.source.failing = true;
  for (const time of ['11:00', '12:00']) {
    await udm.tick(time);
    await udm.work();
  }
  const failed = (await udm.runs(id)).at(-1);
  expect(await udm.job(id)).toMatchObject({
    freshness: 'late',
    freshnessReason: { code: 'failed_heals', run: failed?.id, cause: 'source.unreachable', at: `${DAY}T12:00:00.000Z` },
  });
  // A gap that is filled stands beside the schedule.
  await fillGaps(udm.services, udm.door.actor, { job: id, gaps: [{ from: utc('08:00'), to: utc('09:00') }] });
  expect(await said(id)).toBe('late: failed_heals');
  udm.source.failing = false;
  await udm.work();
  expect(await said(id)).toBe('late: failed_heals');
  udm.source.failing = true;
  await udm.tick('13:00');
  expect(await said(id)).toBe('catching_up: running_after_failure');
  await udm.work();
  expect(await said(id)).toBe('action_required: failing');
  udm.source.failing = false;
  await udm.tick('14:00');
  await udm.work();
  expect(await said(id)).toBe('on_time: as_planned');
});

it('asks to act when the window of a failed run will never be exported, or a certificate ends', async () => {
  const { id } = await udm.make({ range: { kind: 'last', count: 1, unit: 'hour' } });
  udm.source.failing = true;
  await udm.tick('11:00');
  await udm.work();
  expect(await said(id)).toBe('action_required: window_failed');
  try {
    await udm.sql('UPDATE certificate SET not_after = $1', [utc('11:30')]);
    expect(await udm.job(id)).toMatchObject({
      freshness: 'action_required',
      freshnessReason: { code: 'certificate_expires', run: null, at: `${DAY}T11:30:00.000Z` },
    });
    await udm.clock.set(utc('11:30'));
    expect(await said(id)).toBe('action_required: certificate_expired');
  } finally {
    await udm.sql(`UPDATE certificate SET not_after = '2100-01-01Z'`);
  }
});

it('forgets a failure once it is deleted or filled, and waits for a retry from its turn on', async () => {
  const { id } = await udm.make({ range: { kind: 'last', count: 1, unit: 'hour' } });
  const last = async () => (await udm.runs(id)).at(-1)?.id as string;
  const fail = async (time: string) => {
    await udm.tick(time);
    udm.source.failing = true;
    await udm.work();
    udm.source.failing = false;
    expect(await said(id)).toBe('action_required: window_failed');
  };
  await fail('11:00');
  await udm.door.call('DELETE', `/api/runs/${await last()}`);
  expect(await said(id)).toBe('on_time: first_run');
  await fail('12:00');
  await udm.clock.set(utc('12:30'));
  await fillGaps(udm.services, udm.door.actor, { job: id, gaps: [{ from: utc('10:00'), to: utc('12:00') }] });
  await udm.work();
  expect(await said(id)).toBe('on_time: first_run');
  await fail('13:00');
  await udm.clock.set(utc('13:30'));
  await retryRun(udm.services, udm.door.actor, await last());
  expect(await said(id)).toBe('catching_up: backlog');
  await udm.clock.set(utc('13:36'));
  expect(await said(id)).toBe('late: waiting');
  await udm.work();
  expect(await said(id)).toBe('on_time: as_planned');
  // A success that was deleted counts still, but nobody is sent to look at it.
  await udm.door.call('DELETE', `/api/runs/${await last()}`);
  expect(await udm.job(id)).toMatchObject({ freshness: 'on_time', freshnessReason: { code: 'as_planned', run: null } });
});

it('of a suspended job is idle, and after it was resumed catches up', async () => {
  const { id } = await udm.make();
  await udm.door.call('POST', `/api/jobs/${id}/suspend`);
  await udm.tick('11:00');
  await udm.tick('12:00');
  expect(await said(id)).toBe('idle: suspended');
  await udm.door.call('POST', `/api/jobs/${id}/resume`, { missed: 'latest' });
  expect(await said(id)).toBe('catching_up: backlog');
  await udm.work();
  expect(await said(id)).toBe('on_time: as_planned');
});

it('of a job that runs once ends with it', async () => {
  const once = { run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' } };
  const { id } = await udm.make(once);
  expect(await said(id)).toBe('on_time: running');
  await udm.work();
  expect(await said(id)).toBe('idle: done');
  udm.source.failing = true;
  const other = await udm.make(once);
  await udm.work();
  expect(await said(other.id)).toBe('action_required: failed');
});
