import { rm } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { listArtifactsFor } from '../../src/operations/artifacts.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { getRun } from '../../src/operations/read-runs.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource } from '../../src/operations/sources.ts';
import { type Database, inTenant } from '../../src/records/database.ts';
import type { Source } from '../../src/sources/source.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

const files = new Recipients();
let home: string;
let app: App;
let actor: Actor;

beforeAll(async () => {
  home = await passableFolder('udm-commit-');
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'default', user: 'admin', password: 'correct horse battery staple' });
  actor = await administrator(app);
  const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
  await addSource(app.services, actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
});

afterAll(async () => {
  await app?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

it('an artifact whose COMMIT succeeded but whose answer was lost stays listed, with its file', async () => {
  const runId = await queueRun();
  await executeRun(await withFault('after the commit'), { tenantId: actor.tenantId, runId }, new AbortController().signal);
  expect(await getRun(app.services, actor, runId)).toMatchObject({ status: 'succeeded', error: null });
  expect(await listed(runId)).toHaveLength(1);
  expect(await objectsOf(runId)).toHaveLength(1);
});

it('a transaction that the database ended because its process stood still is a database that was not reached', async () => {
  const stoodStill = inTenant(app.services.database, actor.tenantId, async (tx) => {
    await sql`SET LOCAL idle_in_transaction_session_timeout = 50`.execute(tx);
    // As SIGSTOP does: the database's word lies there unread when the next statement goes out.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    await sql`SELECT 1`.execute(tx);
  });
  await expect(stoodStill).rejects.toMatchObject({ code: 'service.unavailable' });
});

it('a publish that did not commit leaves neither artifact nor file', async () => {
  const runId = await queueRun();
  await executeRun(await withFault('before the commit'), { tenantId: actor.tenantId, runId }, new AbortController().signal);
  expect((await getRun(app.services, actor, runId)).error?.code).toBe('service.unavailable');
  expect(await listed(runId)).toEqual([]);
  expect(await objectsOf(runId)).toEqual([]);
});

/** A run in the queue; nobody works it but the test. */
async function queueRun(): Promise<string> {
  const certificate = await addCertificate(app.services, actor, { content: files.make().certificate });
  const draft = { title: 'x', source: 'UCSX', type: 'Contact', entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' } };
  const job = await createJob(app.services, actor, { ...draft, recipients: [certificate.id] }, null);
  return job.lastRun?.id as string;
}

const listed = async (run: string) => (await listArtifactsFor(app.services, actor, { limit: 10, run })).items;

async function objectsOf(runId: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of app.services.storage.list()) if (key.includes(runId)) keys.push(key);
  return keys;
}

/** The services with one row in the source, and a database that breaks once, at the transaction that publishes. */
async function withFault(when: 'before the commit' | 'after the commit'): Promise<Services> {
  const { services } = app;
  const before = await artifactCount();
  let broken = false;
  const lost = () => {
    broken = true;
    return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  };
  const database = new Proxy(services.database, {
    get(target, name) {
      if (name !== 'transaction') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return () => ({
        async execute<T>(work: (tx: never) => Promise<T>): Promise<T> {
          const result = await target.transaction().execute(async (tx) => {
            const done = await work(tx as never);
            const { count } = await tx
              .selectFrom('artifact')
              .select(({ fn }) => fn.countAll<number>().as('count'))
              .executeTakeFirstOrThrow();
            if (!broken && when === 'before the commit' && count > before) throw lost();
            return done;
          });
          if (!broken && when === 'after the commit' && (await artifactCount()) > before) throw lost();
          return result;
        },
      });
    },
  }) as Database;
  return { ...services, database, connectors: { ...services.connectors, open: () => oneRowSource } };
}

async function artifactCount(): Promise<number> {
  return (await listArtifactsFor(app.services, actor, { limit: 1 })).total.count;
}

const file = { name: 'Contact.jsonl', entityType: 'Contact', content: 'rows', schemaName: 'Contact.schema.json', schema: {} } as const;
const oneRowSource: Source = {
  check: async () => {},
  describe: () => [],
  reach: async () => new Date().toISOString(),
  sample: async () => [],
  open: async () => ({
    files: [file],
    now: new Date().toISOString(),
    arrivalTo: null,
    estimateRows: async () => ({ files: [1], exact: true }),
    async *lines() {
      yield Buffer.from('{"contactId":"1"}\n');
    },
    close: async () => {},
  }),
};
