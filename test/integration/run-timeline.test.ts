import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunTimelineView } from '../../src/contract/run-timeline.ts';
import { fillGaps } from '../../src/operations/fill-coverage.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { DAY, openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** The time axis of History, its saved views and the places of runs that wait, on a real PostgreSQL with a clock that the test sets. */

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

const at = (time: string) => `${DAY}T${time}:00Z`;

async function timeline(from: string, to: string, more = ''): Promise<RunTimelineView> {
  const answer = await udm.door.call('GET', `/api/runs/timeline?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}${more}`);
  expect(answer.status).toBe(200);
  return answer.json as RunTimelineView;
}

describe('GET /runs/timeline', () => {
  it('tells what ran and what is planned, with the window each will cover, and nothing of a suspended job', async () => {
    const { id } = await udm.make({ title: 'Hourly' });
    const other = await udm.make({ title: 'Suspended' });
    await udm.tick('11:00');
    await udm.work();
    await suspendJob(udm.services, udm.door.actor, other.id);
    const all = await timeline(at('10:00'), at('13:30'));
    expect(all.now).toBe(`${DAY}T11:00:00.000000Z`);
    expect(all.runs.map((one) => [one.jobTitle, one.status]).sort()).toEqual([
      ['Hourly', 'succeeded'],
      ['Suspended', 'succeeded'],
    ]);
    expect(all.planned.map((one) => [one.jobId, one.at, one.window?.from, one.window?.to])).toEqual([
      [id, at('12:00'), '2026-03-01T10:55:00Z', '2026-03-01T11:55:00Z'],
      [id, at('13:00'), '2026-03-01T11:55:00Z', '2026-03-01T12:55:00Z'],
    ]);
    expect(all).toMatchObject({ buckets: [], plannedCut: false });
    expect((await timeline(at('10:00'), at('13:30'), `&job=${other.id}`)).planned).toEqual([]);
    expect((await timeline(at('10:00'), at('13:30'), `&job=${other.id}`)).runs).toHaveLength(1);
    expect((await timeline(at('10:00'), at('13:30'), '&source=IWD')).runs).toEqual([]);
    expect((await timeline(at('08:00'), at('09:00'))).planned).toEqual([]);
    // An axis that is longer than what is told says so.
    expect(await timeline(at('10:00'), '2026-03-20T00:00:00Z')).toMatchObject({ plannedCut: true });
    // What is told begins with the range shown, however far away, and its first window where the run before it will have ended.
    const later = await timeline('2026-06-10T07:30:00Z', '2026-06-10T09:30:00Z');
    expect(later.planned.map((one) => [one.at, one.window?.from, one.window?.to])).toEqual([
      ['2026-06-10T08:00:00Z', '2026-06-10T06:55:00Z', '2026-06-10T07:55:00Z'],
      ['2026-06-10T09:00:00Z', '2026-06-10T07:55:00Z', '2026-06-10T08:55:00Z'],
    ]);
    expect(later.plannedCut).toBe(false);
  });

  it('counts runs when there are more than 2,000', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.work();
    const copy = `INSERT INTO run (tenant_id, job_id, job_title, source_id, source_name, type, certificate_ids, trigger, scheduled_at, status, started_at, finished_at)
      SELECT tenant_id, job_id, job_title, source_id, source_name, type, certificate_ids, trigger, scheduled_at - make_interval(secs => n * 20),
        CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'succeeded' END, scheduled_at, scheduled_at + interval '90 seconds'
      FROM run, generate_series(1, 2500) n WHERE job_id = $1`;
    await udm.sql(copy, [id]);
    const { runs, buckets } = await timeline('2026-02-28T00:00:00Z', at('12:00'));
    expect(runs).toEqual([]);
    expect(buckets.length).toBeGreaterThan(10);
    expect(buckets.length).toBeLessThanOrEqual(120);
    expect(buckets.reduce((sum, one) => sum + one.count, 0)).toBe(2_501);
    expect(buckets.reduce((sum, one) => sum + (one.statuses['failed'] ?? 0), 0)).toBe(250);
    expect(buckets.some((one) => one.longestSeconds === 90)).toBe(true);
  });

  it('refuses what is no stretch of time', async () => {
    const bad = async (query: string) => (await udm.door.call('GET', `/api/runs/timeline?${query}`)).json;
    expect(await bad(`from=${at('12:00')}&to=${at('12:00')}`)).toMatchObject({ status: 422, errors: [{ code: 'range.order', field: 'to' }] });
    expect(await bad(`from=yesterday&to=${at('12:00')}`)).toMatchObject({ errors: [{ code: 'timestamp.invalid', field: 'from' }] });
    expect(await bad(`to=${at('12:00')}`)).toMatchObject({ status: 422 });
    expect(await bad(`from=${at('10:00')}&to=${at('12:00')}&job=xyz`)).toMatchObject({ status: 404 });
    expect(await bad(`from=${at('10:00')}&to=${at('12:00')}&colour=red`)).toMatchObject({ status: 422 });
  });
});

describe('the saved views', () => {
  it('call for attention while nothing later has made up for a failed or missed run', async () => {
    await udm.make({ missedRuns: 'none' });
    const list = async (query: string) => (await udm.door.call('GET', `/api/runs?${query}`)).json.items.map((one: { status: string }) => one.status);
    const attention = () => list('view=attention');
    const going = () => list('status=scheduled,queued,running');
    await udm.tick('11:30');
    expect(await attention()).toEqual(['missed']);
    await udm.tick('12:00');
    expect(await going()).toEqual(['queued']);
    udm.source.failing = true;
    await udm.work();
    udm.source.failing = false;
    expect(await attention()).toEqual(['failed', 'missed']);
    await udm.tick('13:00');
    await udm.work();
    expect(await attention()).toEqual([]);
    expect(await going()).toEqual([]);
    expect((await udm.door.call('GET', '/api/runs?view=nonsense')).status).toBe(422);
  });
});

describe('a failed run of a rolling range', () => {
  it('needs somebody while later runs cover other time, until one covers its own or it is deleted', async () => {
    const { id } = await udm.make({ range: { kind: 'last', count: 1, unit: 'hour' } });
    const attention = async () => (await udm.door.call('GET', '/api/runs?view=attention')).json.items.map((one: { status: string }) => one.status);
    await udm.tick('11:00');
    udm.source.failing = true;
    await udm.work();
    udm.source.failing = false;
    await udm.tick('12:00');
    await udm.work();
    expect(await attention()).toEqual(['failed']);
    const [failed] = await udm.runs(id);
    await udm.door.call('DELETE', `/api/runs/${failed?.id}`);
    expect(await attention()).toEqual([]);
  });
});

describe('the place in line', () => {
  it('counts the runs before it, and gives a range of time once runs have ended', async () => {
    const { id } = await udm.make();
    await udm.make({ title: 'Other' });
    await udm.tick('11:00');
    const places = async () =>
      ((await udm.door.call('GET', '/api/runs?sort=scheduledAt')).json.items as { jobId: string; status: string; place: object | null }[]).map(
        (one) => one.place,
      );
    const ofFirst = await places();
    expect(ofFirst).toContainEqual({ ahead: 0, secondsFrom: 0, secondsTo: 0 });
    expect(ofFirst).toContainEqual({ ahead: 1, secondsFrom: null, secondsTo: null });
    await udm.work();
    expect(await places()).toEqual([null, null]);
    await udm.sql(`UPDATE run SET finished_at = started_at + interval '40 seconds'`);
    await udm.tick('12:00');
    await udm.tick('13:00');
    const waiting = ((await udm.door.call('GET', `/api/runs?job=${id}&status=scheduled,queued,running`)).json.items as { status: string; place: object }[]).map(
      (one) => [one.status, one.place],
    );
    expect(waiting[0]).toEqual(['scheduled', { ahead: 1, secondsFrom: 40, secondsTo: 40 }]);
    expect(waiting[1]?.[0]).toBe('queued');
  });

  it('numbers the runs of one order one after another behind what goes on, as each alone', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    const gaps = Array.from({ length: 8 }, (_, hour) => ({ from: at(`0${hour}:00`), to: at(`0${hour}:30`) }));
    const fills = await fillGaps(udm.services, udm.door.actor, { job: id, gaps: [...gaps].reverse() });
    const ahead = new Map(fills.map((one) => [one.window.from?.slice(11, 16), one.place?.ahead]));
    expect(ahead).toEqual(new Map(gaps.map((gap, index) => [gap.from.slice(11, 16), index + 1])));
    for (const one of fills) expect((await udm.door.call('GET', `/api/runs/${one.id}`)).json.place).toEqual(one.place);
  });
});
