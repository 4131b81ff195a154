import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { objectKey, placeOfObject } from '../../src/domain/artifact.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { openArtifact } from '../../src/operations/open-artifact.ts';
import { cancelRun } from '../../src/operations/cancel-run.ts';
import { addCertificate, changeCertificate, removeCertificate } from '../../src/operations/certificates.ts';
import { cloneJob } from '../../src/operations/clone-job.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { deleteArtifact } from '../../src/operations/delete-artifact.ts';
import { deleteFilesDue } from '../../src/operations/delete-files.ts';
import { removeJob } from '../../src/operations/delete-job.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { fillGaps } from '../../src/operations/fill-coverage.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { planUpToNow } from '../../src/operations/plan-runs.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import { repair } from '../../src/operations/repair-storage.ts';
import { agreeToClock, readRetention } from '../../src/operations/retention.ts';
import { watchRetentionClock } from '../../src/operations/retention-clock.ts';
import { sampleSource } from '../../src/operations/sample-source.ts';
import { runWindowAgain } from '../../src/operations/run-window-again.ts';
import { signOut } from '../../src/operations/sessions.ts';
import { signIn } from '../../src/operations/sign-in.ts';
import { changeSource, createSource, deleteSource } from '../../src/operations/change-source.ts';
import { addSource } from '../../src/operations/sources.ts';
import { removeOrphan } from '../../src/operations/sweep-storage.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { testJob } from '../../src/operations/test-job.ts';
import { inTenant } from '../../src/records/database.ts';
import { recordActs } from '../../src/records/audit.ts';
import { ORIGIN } from '../support/origin.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Every act writes its record in its own transaction: with the act, or neither happens. */

const PASSWORD = 'correct horse battery staple';
const files = new Recipients();
let home: string;
let dataDir: string;
let app: App;
let actor: Actor;
let things: TenantThings;

beforeAll(async () => {
  home = await passableFolder('udm-audit-');
  dataDir = await newDataFolder(home);
  app = await openApp(loadConfig({ ...testEnvironment(dataDir), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'default', user: 'admin', password: PASSWORD });
  actor = await administrator(app);
  things = await fillTenant(app, actor, files.make().certificate);
});

afterAll(async () => {
  await app?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

const sql = async (text: string) => withClient(await superuserOf(dataDir), async (client) => (await client.query(text)).rows);

/** Everything UDM keeps, tasks of the queue included, but for the log itself, counters of attempts and pg-boss's own clocks. */
async function everything(): Promise<string> {
  return withClient(await superuserOf(dataDir), async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('audit_log', 'attempt') ORDER BY 1`,
    );
    const parts: unknown[] = [(await client.query(`SELECT id FROM pgboss.job WHERE name = 'execute-run' ORDER BY id`)).rows];
    for (const { name } of rows) parts.push(name, (await client.query(`SELECT t::text AS row FROM ${name} t ORDER BY 1`)).rows);
    return JSON.stringify(parts);
  });
}

/** An artifact of a job of its own that has ended. */
async function ownArtifact(): Promise<string> {
  const { lastRun } = await ended();
  return storeArtifact(app, actor, lastRun?.id as string, 1, Buffer.from('encrypted'), 'file.zip.p7m');
}

interface Act {
  readonly name: string;
  /** What must be there before; its own records do not count. */
  prepare?(): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: each act knows what its preparation gave.
  act(prepared: any): Promise<unknown>;
  readonly records: readonly string[];
  /** Everything in it is done by UDM itself. */
  readonly bySystem?: boolean;
}

const newJob = () => createJob(app.services, actor, things.draft, null);
const ended = async () => {
  const job = await newJob();
  await cancelRun(app.services, actor, job.lastRun?.id as string);
  return job;
};

const MONTHLY = { kind: 'monthly', day: 15, time: '12:00' };
const repeating = (change: object = {}) =>
  createJob(app.services, actor, { ...things.draft, run: MONTHLY, range: { kind: 'last', count: 1, unit: 'day' }, ...change }, null);

/** As if UDM had not looked at this job for three months, and at no other one ever: three occurrences are due. */
async function overdue(id: string): Promise<string> {
  await sql('UPDATE export_job SET next_run_at = NULL');
  await sql(`UPDATE export_job SET run = jsonb_set(run, '{start}', '"2020-01-01T00:00:00Z"'), planned_until = now() - interval '3 months',
    next_run_at = now() - interval '3 months' WHERE id = '${id}'`);
  return id;
}

/** Plans one job, as a tick of the planner does: what fails there is tried again later, and would not be seen here. */
const plan = (id: string) => inTenant(app.services.database, actor.tenantId, (tx) => planUpToNow(app.services, tx, actor.tenantId, id));

/** A suspended job with three runs that the suspension suppressed. */
async function suppressed(change: object = {}) {
  const job = await repeating(change);
  await suspendJob(app.services, actor, job.id);
  await overdue(job.id);
  await planDueRuns(app.services);
  return job;
}

/** A job that waits for its second and third run while its first is queued. */
async function waiting() {
  const job = await repeating({ missedRuns: 'all' });
  await overdue(job.id);
  await planDueRuns(app.services);
  return job;
}

/** Another hour each time, of a source without runs. */
let hours = 0;
async function gap() {
  hours += 1;
  const name = `empty ${hours}`;
  await addSource(app.services, actor, { name, connector: 'postgres', catalog: 'ucsx', settings: {}, secret: 'hush' });
  const { id } = await repeating({ source: name });
  const at = (hour: number) => `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z`;
  return {
    job: id,
    gaps: [
      { from: at(1), to: at(2) },
      { from: at(3), to: at(4) },
    ],
  };
}

/** Another name each time. */
const sourceDraft = () => {
  hours += 1;
  return { name: `made ${hours}`, catalog: 'iwd', host: '127.0.0.1', database: 'x', user: 'x', password: 'hush' };
};

const ACTS: readonly Act[] = [
  { name: 'creating a job', act: newJob, records: ['job.created', 'run.requested'] },
  { name: 'creating a repeating job', act: () => repeating(), records: ['job.created'] },
  {
    name: 'editing a job',
    prepare: repeating,
    act: (job) => editJob(app.services, actor, job.id, 1, { ...things.draft, run: MONTHLY }),
    records: ['job.edited'],
  },
  {
    name: 'editing a job so that it starts immediately',
    prepare: repeating,
    act: (job) => editJob(app.services, actor, job.id, 1, things.draft),
    records: ['job.edited', 'run.requested'],
  },
  { name: 'suspending a job', prepare: repeating, act: (job) => suspendJob(app.services, actor, job.id), records: ['job.suspended'] },
  {
    name: 'suspending a job whose runs wait',
    prepare: waiting,
    act: (job) => suspendJob(app.services, actor, job.id),
    records: ['job.suspended', 'run.suppressed', 'run.suppressed'],
  },
  {
    name: 'resuming a job',
    prepare: async () => suspendJob(app.services, actor, (await repeating()).id),
    act: (job) => resumeJob(app.services, actor, job.id),
    records: ['job.resumed'],
  },
  {
    name: 'resuming a job with its suppressed runs',
    prepare: () => suppressed(),
    act: (job) => resumeJob(app.services, actor, job.id, 'all'),
    records: ['job.resumed'],
  },
  {
    name: 'resuming a job whose suppressed runs would find nothing new',
    prepare: () => suppressed({ range: { kind: 'since_previous' } }),
    act: (job) => resumeJob(app.services, actor, job.id, 'all'),
    records: ['job.resumed', 'run.skipped', 'run.skipped', 'run.skipped'],
  },
  { name: 'cloning a job', prepare: repeating, act: (job) => cloneJob(app.services, actor, job.id, 'Copy'), records: ['job.created'] },
  {
    name: 'cloning a job that ran once',
    prepare: ended,
    act: (job) => cloneJob(app.services, actor, job.id, 'Copy'),
    records: ['job.created', 'run.requested'],
  },
  { name: 'filling gaps', prepare: gap, act: (order) => fillGaps(app.services, actor, order), records: ['run.requested', 'run.requested'] },
  {
    name: 'planning what is due, with what was missed',
    prepare: async () => overdue((await repeating()).id),
    act: plan,
    records: ['run.missed', 'run.missed', 'run.scheduled'],
    bySystem: true,
  },
  {
    name: 'planning what a suspension suppresses',
    prepare: async () => {
      const job = await repeating();
      await suspendJob(app.services, actor, job.id);
      return overdue(job.id);
    },
    act: plan,
    records: ['run.suppressed', 'run.suppressed', 'run.suppressed'],
    bySystem: true,
  },
  {
    name: 'taking back what was planned ahead of the clock',
    prepare: async () => {
      const { id } = await repeating();
      await sql(`UPDATE export_job SET planned_until = now() + interval '1 hour' WHERE id = '${id}'`);
      return id;
    },
    act: plan,
    records: ['planner.clock_went_back'],
    bySystem: true,
  },
  { name: 'cancelling a run', prepare: newJob, act: (job) => cancelRun(app.services, actor, job.lastRun.id), records: ['run.cancelled'] },
  { name: 'running a job again', prepare: ended, act: (job) => runJobNow(app.services, actor, job.id), records: ['run.requested'] },
  { name: 'deleting a job', prepare: ended, act: (job) => removeJob(app.services, actor, job.id), records: ['job.deleted'] },
  {
    name: 'adding a certificate',
    prepare: async () => files.make().certificate,
    act: (content) => addCertificate(app.services, actor, { content }),
    records: ['certificate.added'],
  },
  {
    name: 'renaming a certificate',
    prepare: () => addCertificate(app.services, actor, { content: files.make().certificate }),
    act: ({ id }) => changeCertificate(app.services, actor, id, { label: 'Another name' }),
    records: ['certificate.renamed'],
  },
  {
    name: 'deleting a certificate',
    prepare: () => addCertificate(app.services, actor, { content: files.make().certificate }),
    act: ({ id }) => removeCertificate(app.services, actor, id),
    records: ['certificate.deleted'],
  },
  {
    name: 'adding a source',
    act: () => addSource(app.services, actor, { name: `source ${performance.now()}`, connector: 'postgres', catalog: 'iwd', settings: {}, secret: 'hush' }),
    records: ['source.added'],
  },
  {
    name: 'making a source',
    act: () => createSource(app.services, actor, sourceDraft()),
    records: ['source.added'],
  },
  {
    name: 'changing a source',
    prepare: () => createSource(app.services, actor, sourceDraft()),
    act: ({ id }) => changeSource(app.services, actor, id, 1, sourceDraft()),
    records: ['source.changed'],
  },
  {
    name: 'deleting a source',
    prepare: () => createSource(app.services, actor, sourceDraft()),
    act: ({ id }) => deleteSource(app.services, actor, id),
    records: ['source.deleted'],
  },
  { name: 'taking a sample of a source', act: sampleNobody, records: ['source.sampled'] },
  { name: 'testing settings', act: testNobody, records: ['job.tested'] },
  { name: 'signing in', act: () => signIn(app.services, { user: 'admin', password: PASSWORD }, ORIGIN), records: ['session.started'] },
  {
    name: 'signing out',
    prepare: () => signIn(app.services, { user: 'admin', password: PASSWORD }, ORIGIN),
    act: ({ session }) => signOut(app.services, session),
    records: ['session.ended'],
  },
  { name: 'downloading', act: async () => (await openArtifact(app.services, actor, things.ids.artifact)).content.destroy(), records: ['artifact.downloaded'] },
  {
    name: 'running the window of a deleted artifact again',
    prepare: async () => {
      const id = await ownArtifact();
      await deleteArtifact(app.services, actor, id);
      return id;
    },
    act: (id) => runWindowAgain(app.services, actor, id),
    records: ['run.requested'],
  },
  {
    name: 'deleting an artifact',
    prepare: ownArtifact,
    act: (id) => deleteArtifact(app.services, actor, id),
    records: ['artifact.deleted', 'artifact.file_deleted'],
  },
  {
    name: 'deleting the file of what somebody deleted',
    prepare: async () => {
      const id = await ownArtifact();
      await sql(`UPDATE artifact SET deleted_at = now() WHERE id = '${id}'`);
    },
    act: () => deleteFilesDue(app.services, null),
    records: ['artifact.file_deleted'],
    bySystem: true,
  },
  {
    name: 'halting retention',
    prepare: async () => {
      await sql('UPDATE retention_halt SET agreed_at = now(); TRUNCATE clock_watch');
      await watchRetentionClock(app.services, true);
      await sql(`UPDATE clock_watch SET anchor_database = anchor_database - 7200000`);
    },
    act: () => watchRetentionClock(app.services, false),
    records: ['retention.halted'],
    bySystem: true,
  },
  {
    name: 'agreeing to the clock',
    prepare: async () =>
      (await readRetention(app.services, actor)).halt?.id ??
      (await sql(`INSERT INTO retention_halt (cause, expected_at, found_at) VALUES ('leap', now(), now()) RETURNING id`))[0].id,
    act: (id) => agreeToClock(app.services, actor, id),
    records: ['retention.agreed'],
  },
  { name: 'repairing', act: () => repair(app.services, actor, []), records: ['storage.repair_begun', 'storage.repaired'] },
  {
    name: 'removing an object that nobody knows',
    prepare: async () => {
      const key = objectKey(actor.tenantId, things.ids.run, 9, 1);
      await (await app.services.storage.create(key)).seal();
      return key;
    },
    act: (key) => removeOrphan(app.services, { key, place: placeOfObject(key) }),
    records: ['orphan.deleted'],
    bySystem: true,
  },
  {
    name: 'making a tenant',
    act: () => createTenant(app.services, { tenant: `tenant ${performance.now()}`, user: 'admin', password: PASSWORD }),
    records: ['tenant.created', 'user.created'],
  },
];

/** Nobody listens at the source: what is on record is that somebody was about to read. */
async function sampleNobody(): Promise<void> {
  const taken = sampleSource(app.services, actor, things.sourceName, { type: 'Interaction', entityTypes: 'all' }, new AbortController().signal);
  await taken.catch((error: { code?: string }) => {
    if (error.code !== 'source.unreachable') throw error;
  });
}

/** A test tells its failures as steps; the first of them is what a door would show. */
async function testNobody(): Promise<void> {
  for await (const one of testJob(app.services, actor, { draft: things.draft }, new AbortController().signal)) {
    if (one.state === 'failed' && one.step === 'settings') throw one.error.cause;
  }
}

describe.each(ACTS)('$name', ({ prepare, act, records, bySystem }) => {
  it('is on record, with who did it and without what they typed', async () => {
    const prepared = await prepare?.();
    const [before] = await sql('SELECT coalesce(max(id), 0) AS id FROM audit_log');
    await act(prepared);
    const entries = await sql(`SELECT action, actor_kind, actor_id, object_kind, object_id, detail FROM audit_log WHERE id > ${before.id} ORDER BY id`);
    expect(entries.map((entry) => entry.action)).toEqual(records);
    for (const entry of entries) {
      if (entry.object_kind !== 'planner' && entry.object_kind !== 'retention') expect(entry.object_id).toMatch(/^[0-9a-f-]{36}$/);
      if (bySystem) expect(entry).toMatchObject({ actor_kind: 'system', actor_id: null });
      if (entry.actor_kind !== 'system') expect(entry.actor_id).toBe(things.userId);
      expect(JSON.stringify(entry)).not.toMatch(/secret|hush|correct horse|Calls|CN=/);
    }
  });

  it('does not happen when it cannot be recorded', async () => {
    const prepared = await prepare?.();
    const before = await everything();
    await sql('REVOKE INSERT ON audit_log FROM udm_app');
    try {
      await expect(act(prepared)).rejects.toThrow(/permission denied for table audit_log/);
    } finally {
      await sql('GRANT INSERT ON audit_log TO udm_app');
    }
    expect(await everything()).toBe(before);
  });
});

describe('two processes that start at once', () => {
  it('make one tenant with one administrator', async () => {
    const made = await Promise.all([1, 2, 3].map(() => createTenant(app.services, { tenant: 'race', user: 'admin', password: PASSWORD })));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await sql(`SELECT count(*)::int AS n FROM app_user u JOIN tenant t ON t.id = u.tenant_id WHERE t.name = 'race'`)).toEqual([{ n: 1 }]);
  });
});

describe('a refused sign-in', () => {
  it('is on record for the user it was tried on, and an unknown name leaves no trace of itself', async () => {
    const [before] = await sql('SELECT coalesce(max(id), 0) AS id FROM audit_log');
    await expect(signIn(app.services, { user: 'admin', password: 'guess' }, ORIGIN)).rejects.toMatchObject({ code: 'sign_in.failed' });
    await expect(signIn(app.services, { user: 'somebody', password: 'guess' }, ORIGIN)).rejects.toMatchObject({ code: 'sign_in.failed' });
    expect(await sql(`SELECT action, object_id FROM audit_log WHERE id > ${before.id}`)).toEqual([{ action: 'session.refused', object_id: things.userId }]);
  });
});

describe('the acts of one transaction', () => {
  it('may be more than a statement has parameters', async () => {
    const many = Array.from({ length: 10_000 }, () => ({
      tenantId: things.tenantId,
      actor: { kind: 'system' as const },
      action: 'run.scheduled' as const,
      object: { kind: 'run', id: things.ids.run },
    }));
    const [before] = await sql('SELECT count(*)::int AS n FROM audit_log');
    await inTenant(app.services.database, things.tenantId, (tx) => recordActs(tx, many));
    expect(await sql('SELECT count(*)::int AS n FROM audit_log')).toEqual([{ n: before.n + 10_000 }]);
  });
});
