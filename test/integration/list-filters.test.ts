import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import type { JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { listArtifactsFor } from '../../src/operations/artifacts.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { listJobsFor } from '../../src/operations/read-jobs.ts';
import { listRunsFor } from '../../src/operations/read-runs.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { insertFiles, insertJobs, insertRuns } from '../support/list-rows.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator } from '../support/serve.ts';

/** What a filter finds is what it says, reckoned again from the rows as they are shown; and nobody finds what is not theirs. */

const certificates = new Recipients();
let door: Door;
let jobs: JobView[];
let runs: RunView[];
let artifacts: ArtifactView[];

const everything = { limit: 1_000 };

beforeAll(async () => {
  door = await openDoor();
  const { services } = door.app;
  await createTenant(services, { tenant: 'other', user: 'admin', password: 'correct horse battery staple' });
  const other = await administrator(door.app, 'other');
  for (const actor of [door.actor, other]) await draftIn(door.app, actor, certificates.make().certificate);
  await withClient(await superuserOf(door.app.dataFolder), async (client) => {
    for (const { tenantId } of [door.actor, other]) {
      await insertJobs(client, tenantId, 0, 40);
      const made = await insertRuns(client, tenantId, 0, 60);
      await insertFiles(client, made.slice(0, 45));
      await client.query(
        `UPDATE run SET job_id = j.id, scheduled_at = scheduled_at + interval '1 microsecond' FROM (SELECT id FROM export_job WHERE tenant_id = $1 ORDER BY id LIMIT 1) j WHERE run.id = ANY($2::uuid[])`,
        [tenantId, made.slice(0, 7)],
      );
      await client.query('UPDATE artifact SET job_id = run.job_id FROM run WHERE run.id = artifact.run_id');
      await client.query(`UPDATE artifact SET deleted_at = now() WHERE run_id = ANY($1::uuid[])`, [made.slice(3, 6)]);
      await client.query(`UPDATE run SET superseded_by = id WHERE id = $1`, [made[1]]);
      await client.query(`UPDATE run SET hidden_at = now() WHERE id = $1`, [made[59]]);
    }
  });
  jobs = (await listJobsFor(services, door.actor, everything)).items;
  runs = (await listRunsFor(services, door.actor, everything)).items;
  artifacts = (await listArtifactsFor(services, door.actor, everything)).items;
});

afterAll(async () => {
  await door?.close();
  certificates.remove();
});

const within = (value: string | null, from: string, to: string) =>
  value !== null && Date.parse(value) >= Date.parse(from) && Date.parse(value) < Date.parse(to);
const millisecondsOf = (run: RunView) => (run.startedAt && run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : null);

describe('the filters of jobs', () => {
  const [nextFrom, nextTo] = ['2027-01-01T01:00:00Z', '2027-01-01T03:00:00Z'];
  const cases: [string, Record<string, unknown>, (job: JobView) => boolean][] = [
    ['source', { source: 'IWD' }, (job) => job.source === 'IWD'],
    ['type', { type: 'Contact' }, (job) => job.type === 'Contact'],
    ['text', { text: 'CHERRY' }, (job) => /cherry/i.test(job.title)],
    ['state', { state: ['suspended'] }, (job) => job.state === 'suspended'],
    ['both states', { state: ['suspended', 'active'] }, () => true],
    ['schedule', { schedule: ['hourly', 'once'] }, (job) => job.run.kind === 'hourly' || job.run.kind === 'once'],
    ['latest status', { status: ['failed', 'none'] }, (job) => job.lastRun === null || job.lastRun.status === 'failed'],
    ['some latest status', { status: ['succeeded', 'failed', 'scheduled', 'missed', 'succeeded_no_data'] }, (job) => job.lastRun !== null],
    ['next run', { nextFrom, nextTo }, (job) => within(job.nextRunAt, nextFrom, nextTo)],
    ['last run', { lastFrom: '2026-02-01T00:00:00Z' }, (job) => job.lastRun !== null],
  ];
  it.each(cases)('%s', async (_name, filter, fits) => {
    const found = await listJobsFor(door.app.services, door.actor, { ...everything, ...filter });
    expect(found.items.map((job) => job.id)).toEqual(jobs.filter(fits).map((job) => job.id));
    expect(found.items.length).toBeGreaterThan(0);
    expect(found.total).toEqual({ count: found.items.length, exact: true });
  });
});

describe('the filters of runs', () => {
  const [from, to] = ['2026-02-01T00:10:01Z', '2026-02-01T00:10:03Z'];
  const [windowFrom, windowTo] = ['2026-01-02T01:00:00Z', '2026-01-02T02:00:00Z'];
  const cases: [string, Record<string, unknown>, (run: RunView) => boolean][] = [
    ['source', { source: 'UCSX' }, (run) => run.source === 'UCSX'],
    ['type', { type: 'Interaction' }, (run) => run.type === 'Interaction'],
    ['text in a title', { text: 'APPL' }, (run) => run.jobTitle.includes('apple')],
    ['status', { status: ['failed', 'missed'] }, (run) => run.status === 'failed' || run.status === 'missed'],
    ['one status', { status: ['scheduled'] }, (run) => run.status === 'scheduled'],
    ['attention', { view: 'attention' }, (run) => (run.status === 'failed' || run.status === 'missed') && run.supersededBy === null],
    ['trigger', { trigger: ['backfill', 'run_now'] }, (run) => run.trigger !== 'schedule'],
    ['window', { windowFrom, windowTo, sort: '-scheduledAt' }, (run) => within(run.window.to, windowFrom, windowTo)],
    ['scheduled', { scheduledFrom: '2026-02-01T00:00:00.000003Z' }, (run) => run.scheduledAt >= '2026-02-01'],
    ['started', { startedFrom: from, startedTo: to, sort: '-scheduledAt' }, (run) => within(run.startedAt, from, to)],
    ['duration', { durationMin: 600, durationMax: 601 }, (run) => [600_000, 601_000].includes(millisecondsOf(run) ?? 0)],
    ['rows', { rowsMin: 1, rowsMax: 2 }, (run) => run.finishedAt !== null && [1, 2].includes(run.progress.rows)],
    ['size', { sizeMin: 1, sizeMax: 1 }, (run) => run.fileBytesTotal === 1],
  ];
  it.each(cases)('%s', async (name, filter, fits) => {
    const found = await listRunsFor(door.app.services, door.actor, { ...everything, ...filter });
    const expected = runs.filter(fits).map((run) => run.id);
    // Microseconds are in the database, not in what is shown.
    if (name === 'scheduled') expect(found.items.length).toBeLessThan(expected.length);
    else expect(found.items.map((run) => run.id)).toEqual(expected);
    expect(found.items.length).toBeGreaterThan(0);
  });

  it('a job, a file by the beginning of its name, and a run by the beginning of its id', async () => {
    const { services } = door.app;
    const ids = async (filter: object) => (await listRunsFor(services, door.actor, { ...everything, ...filter })).items.map((run) => run.id);
    const one = runs.find((run) => run.fileNames.length > 0) as RunView;
    const [job] = runs.flatMap((run) => run.jobId ?? []);
    expect(await ids({ job })).toEqual(runs.filter((run) => run.jobId === job).map((run) => run.id));
    expect(await ids({ text: one.fileNames[0]?.toUpperCase() })).toEqual([one.id]);
    expect(await ids({ text: one.id })).toEqual([one.id]);
    expect(await ids({ text: one.id.slice(0, 13) })).toEqual([one.id]);
    expect(await ids({ text: one.id.replaceAll('-', '').slice(0, 9) })).toEqual([]);
    expect(await ids({ text: '%' })).toEqual([]);
    expect(await ids({ text: '_' })).toEqual([]);
    expect(await ids({ text: 'a\\' })).toEqual([]);
  });
});

describe('the filters of artifacts', () => {
  const cases: [string, Record<string, unknown>, (one: ArtifactView) => boolean][] = [
    ['available', { state: ['available'] }, (one) => one.state === 'available'],
    ['expired', { state: ['expired'] }, (one) => one.state === 'expired'],
    ['deleted', { state: ['deleted'] }, (one) => one.state === 'deleted'],
    ['gone', { state: ['deleted', 'expired'] }, (one) => one.state !== 'available'],
    ['part', { part: 2 }, (one) => one.part === 2],
    ['rows', { rowsMin: 2 }, (one) => one.rows >= 2],
    ['size', { sizeMax: 0 }, (one) => one.bytes === 0],
    ['hash', { sha256: 'C4' }, (one) => one.sha256.startsWith('c4')],
    ['text', { text: 'banana' }, (one) => one.jobTitle.includes('banana')],
    ['source and type', { source: 'IWD', type: 'Interaction' }, (one) => one.source === 'IWD' && one.type === 'Interaction'],
    ['expiry', { expiresTo: '2026-03-01T00:00:00Z', sort: '-createdAt' }, (one) => one.expiresAt < '2026-03-01'],
  ];
  it.each(cases)('%s', async (_name, filter, fits) => {
    const found = await listArtifactsFor(door.app.services, door.actor, { ...everything, ...filter });
    expect(found.items.map((one) => one.id)).toEqual(artifacts.filter(fits).map((one) => one.id));
    expect(found.items.length).toBeGreaterThan(0);
    expect(found.items.length).toBeLessThan(artifacts.length);
  });
});

describe('who may see only one catalog', () => {
  it('finds, counts and pages through nothing else, and no other tenant’s', async () => {
    const { services } = door.app;
    const exporter: Actor = { ...door.actor, roles: ['iwd_administrator'] };
    const nobody: Actor = { ...door.actor, roles: [] };
    for (const list of [listJobsFor, listRunsFor, listArtifactsFor] as const) {
      const all = await list(services, door.actor, everything);
      const seen = await list(services, exporter, everything);
      const expected = all.items.filter((one) => one.source === 'IWD').map((one) => one.id);
      expect(seen.items.map((one) => one.id)).toEqual(expected);
      expect(seen.total).toEqual({ count: expected.length, exact: true });
      expect(expected.length).toBeLessThan(all.items.length);
      const paged: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: { items: { id: string }[]; next: string | null } = await list(services, exporter, { limit: 3, cursor });
        paged.push(...page.items.map((one) => one.id));
        cursor = page.next;
      }
      expect(paged).toEqual(expected);
      expect((await list(services, exporter, { ...everything, source: 'UCSX' })).total.count).toBe(0);
      await expect(list(services, nobody, everything)).rejects.toMatchObject({ code: 'permission.denied' });
      // A place in the list of one tenant is none in another's.
      const other = await administrator(door.app, 'other');
      const { next } = await list(services, door.actor, { limit: 3 });
      await expect(list(services, other, { limit: 3, cursor: next as string })).rejects.toMatchObject({ details: { problems: [{ code: 'cursor.invalid' }] } });
    }
  });
});
