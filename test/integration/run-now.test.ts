import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/permission.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import { DAY, openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** "Run now" cannot fire twice: not by a double click, not by two tabs, not by two people, not by an answer that was lost. */

const files = new Recipients();
let udm: Planned;
let colleague: Actor;

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
  const [user] = await udm.sql(
    `INSERT INTO app_user (tenant_id, name, password_hash, roles) SELECT tenant_id, 'colleague', 'x', roles FROM app_user LIMIT 1 RETURNING id`,
  );
  colleague = { ...udm.door.actor, userId: user?.['id'] as string, userName: 'colleague' };
});

afterEach(() => udm.clear());

afterAll(async () => {
  await udm?.close();
  files.remove();
});

const utc = (time: string) => `${DAY}T${time}:00Z`;
const runNow = (id: string, key?: string) => udm.door.call('POST', `/api/jobs/${id}/run`, undefined, key === undefined ? {} : { 'idempotency-key': key });
const requested = async (id: string) => (await udm.runs(id)).filter((run) => run.trigger === 'run_now');
/** A job with something to export, whatever its schedule. */
const makeJob = () => udm.make({ range: { kind: 'all' } });

describe('run now', () => {
  it('of ten at once makes one run; the others are told which', async () => {
    const { id } = await makeJob();
    const answers = await Promise.all(Array.from({ length: 10 }, () => runNow(id)));
    const made = answers.filter((answer) => answer.status === 201);
    expect(made).toHaveLength(1);
    for (const answer of answers.filter((one) => one.status !== 201))
      expect(answer).toMatchObject({ status: 409, json: { code: 'job.in_progress', value: { run: made[0]?.json.id } } });
    expect(await requested(id)).toHaveLength(1);
  });

  it('of two people at once makes one run', async () => {
    const { id } = await makeJob();
    const actors = [udm.door.actor, colleague, udm.door.actor, colleague];
    const answers = await Promise.allSettled(actors.map((actor, index) => runJobNow(udm.services, actor, id, `person-${index}`)));
    expect(answers.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    for (const one of answers) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'job.in_progress' });
    expect(await requested(id)).toHaveLength(1);
  });

  it('with one key gives one run, at once and later, also when it has ended', async () => {
    const { id } = await makeJob();
    const answers = await Promise.all(Array.from({ length: 5 }, () => runNow(id, 'click-1')));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.json.id}`)).size).toBe(1);
    await udm.work();
    await udm.clock.advance(3 * 60_000);
    expect(await runNow(id, 'click-1')).toMatchObject({ status: 201, json: { id: answers[0]?.json.id, status: 'succeeded' } });
    expect(await requested(id)).toHaveLength(1);
  });

  it('a second time within the minute is the first one, for everybody; after it, it is another', async () => {
    const { id } = await makeJob();
    const first = await runNow(id, 'tab-1');
    await udm.work();
    await udm.clock.advance(59_000);
    expect(await runNow(id, 'tab-2')).toMatchObject({ status: 409, json: { code: 'job.just_run', value: { run: first.json.id } } });
    await expect(runJobNow(udm.services, colleague, id)).rejects.toMatchObject({ code: 'job.just_run' });
    await udm.clock.advance(1_000);
    expect(await runNow(id, 'tab-3')).toMatchObject({ status: 201 });
    expect(await requested(id)).toHaveLength(2);
  });

  it('may be tried again at once when the first failed', async () => {
    const { id } = await makeJob();
    udm.source.failing = true;
    await runNow(id);
    await udm.work();
    udm.source.failing = false;
    await udm.clock.advance(1_000);
    expect(await runNow(id)).toMatchObject({ status: 201 });
  });

  it('does not take a run of the schedule for the wish of somebody', async () => {
    const { id } = await makeJob();
    await udm.tick('11:00');
    await udm.work();
    await udm.clock.set(utc('11:00').replace(':00Z', ':30Z'));
    expect(await runNow(id)).toMatchObject({ status: 201 });
  });

  it('refuses a key that came with another request, of the same kind or not', async () => {
    const [one, other] = [await makeJob(), await makeJob()];
    await runNow(one.id, 'key-of-one');
    expect(await runNow(other.id, 'key-of-one')).toMatchObject({ status: 409, json: { code: 'idempotency.reused' } });
    expect(await udm.door.call('POST', '/api/jobs', udm.draft({ range: { kind: 'all' } }), { 'idempotency-key': 'key-of-one' })).toMatchObject({
      status: 409,
      json: { code: 'idempotency.reused' },
    });
    expect(await requested(other.id)).toHaveLength(0);
  });

  it('forgets a key after a day', async () => {
    const { id } = await makeJob();
    await runNow(id, 'old');
    await udm.work();
    await udm.clock.advance(25 * 3_600_000);
    await udm.sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
    await runNow(id, 'new');
    expect(await udm.sql('SELECT key FROM idempotency_key WHERE user_id = $1', [udm.door.actor.userId])).toEqual([{ key: 'new' }]);
  });

  it('leaves nothing of a refusal: the key may be used when there is something to export', async () => {
    const { id } = await udm.make();
    expect(await runNow(id, 'early')).toMatchObject({ status: 409, json: { code: 'run.nothing_new' } });
    await udm.clock.set(utc('10:30'));
    expect(await runNow(id, 'early')).toMatchObject({ status: 201 });
  });
});
