import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACT_SORTS } from '../../src/contract/artifact-list.ts';
import { JOB_SORTS } from '../../src/contract/job-list.ts';
import type { PageView } from '../../src/contract/page.ts';
import { RUN_SORTS } from '../../src/contract/run-list.ts';
import { listArtifactsFor } from '../../src/operations/artifacts.ts';
import type { ListQuery } from '../../src/operations/open-list.ts';
import { listJobsFor } from '../../src/operations/read-jobs.ts';
import { listRunsFor } from '../../src/operations/read-runs.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { emptyTables } from '../support/empty-tables.ts';
import { insertFiles, insertJobs, insertRuns } from '../support/list-rows.ts';
import { Recipients } from '../support/recipients.ts';

/** Walks whole lists, page by page, while rows come and go: what stays is met exactly once, and in order. */

const EMPTY = emptyTables('artifact, run, chain, export_job');
const files = new Recipients();
let door: Door;
let database: pg.ClientConfig;

beforeAll(async () => {
  door = await openDoor();
  await draftIn(door.app, door.actor, files.make().certificate);
  database = await superuserOf(door.app.dataFolder);
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

interface Item {
  readonly id: string;
}

interface List {
  readonly name: string;
  readonly sorts: readonly string[];
  read(query: ListQuery): Promise<PageView<Item>>;
  add(client: pg.Client, from: number, count: number): Promise<string[]>;
  readonly table: string;
}

const LISTS: readonly List[] = [
  {
    name: 'jobs',
    sorts: JOB_SORTS,
    read: (query) => listJobsFor(door.app.services, door.actor, query),
    add: (client, from, count) => insertJobs(client, door.actor.tenantId, from, count),
    table: 'export_job',
  },
  {
    name: 'runs',
    sorts: RUN_SORTS,
    read: (query) => listRunsFor(door.app.services, door.actor, query),
    async add(client, from, count) {
      const ids = await insertRuns(client, door.actor.tenantId, from, count);
      await insertFiles(client, ids.slice(0, Math.ceil(ids.length / 2)));
      return ids;
    },
    table: 'run',
  },
  {
    name: 'artifacts',
    sorts: ARTIFACT_SORTS,
    read: (query) => listArtifactsFor(door.app.services, door.actor, query),
    add: async (client, from, count) => insertFiles(client, await insertRuns(client, door.actor.tenantId, from, count)),
    table: 'artifact',
  },
];

const change = fc.record({ add: fc.integer({ min: 0, max: 3 }), remove: fc.array(fc.nat(), { maxLength: 3 }) });

describe.each(LISTS)('the list of $name', (list) => {
  it('meets every row that stays once and in order, forward and back, in every order, whatever comes and goes meanwhile', async () => {
    await withClient(database, async (client) => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...list.sorts.flatMap((name) => [name, `-${name}`])),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 0, max: 40 }),
          fc.array(change, { minLength: 8, maxLength: 8 }),
          async (sort, limit, size, changes) => {
            await client.query(EMPTY);
            let made = 100;
            const gone = new Set<string>();
            const original = await list.add(client, 0, size);
            const meddle = async ({ add, remove }: { add: number; remove: readonly number[] }) => {
              if (add > 0) await list.add(client, made, add);
              made += add;
              const victims = remove.flatMap((index) => original[index % Math.max(1, original.length)] ?? []);
              for (const id of victims) gone.add(id);
              if (list.table === 'run') await client.query('DELETE FROM artifact WHERE run_id = ANY($1::uuid[])', [victims]);
              await client.query(`DELETE FROM ${list.table} WHERE id = ANY($1::uuid[])`, [victims]);
            };
            const steps = [...changes];
            const forward = await walk(list, { limit, sort }, 'next', () => meddle(steps.shift() ?? { add: 0, remove: [] }));
            const whole = (await list.read({ limit: 1_000, sort })).items.map((item) => item.id);
            const stayed = whole.filter((id) => original.includes(id));
            expect(new Set(forward.ids).size).toBe(forward.ids.length);
            expect(forward.ids.filter((id) => stayed.includes(id))).toEqual(stayed);
            // Back from the last page: what stands before it, and once.
            const lastIds = forward.last.items.map((item) => item.id);
            const back = await walk(list, { limit, sort, cursor: forward.last.previous ?? undefined }, 'previous', () =>
              meddle(steps.shift() ?? { add: 0, remove: [] }),
            );
            if (forward.last.previous === null) return;
            expect(new Set(back.ids).size).toBe(back.ids.length);
            const before = stayed.filter((id) => !gone.has(id) && !lastIds.includes(id));
            expect(back.ids.filter((id) => before.includes(id))).toEqual(before);
          },
        ),
        { numRuns: process.env['UDM_TEST_LONG'] ? 1_000 : list.sorts.length * 3, endOnFailure: true },
      );
    });
  }, 600_000);

  it('says how many rows there are, whichever page is asked for, and where it ends', async () => {
    await withClient(database, async (client) => {
      await client.query(EMPTY);
      expect(await list.read({ limit: 5 })).toEqual({ items: [], total: { count: 0, exact: true }, next: null, previous: null });
      await list.add(client, 0, 12);
      const first = await list.read({ limit: 5 });
      const second = await list.read({ limit: 5, cursor: first.next as string });
      const third = await list.read({ limit: 5, cursor: second.next as string });
      expect([first, second, third].map((page) => [page.items.length, page.total.count, page.previous === null, page.next === null])).toEqual([
        [5, 12, true, false],
        [5, 12, false, false],
        [2, 12, false, true],
      ]);
      // Everything behind a place may have gone: the way back is open still.
      await client.query(`DELETE FROM ${list.table === 'run' ? 'artifact' : list.table}`);
      await client.query(`DELETE FROM ${list.table}`);
      expect(await list.read({ limit: 5, cursor: third.previous as string })).toMatchObject({ items: [], previous: null, next: null });
    });
  });
});

async function walk(list: List, query: ListQuery, way: 'next' | 'previous', between: () => Promise<void>): Promise<{ ids: string[]; last: PageView<Item> }> {
  const ids: string[] = [];
  let page = await list.read(query);
  for (;;) {
    const here = page.items.map((item) => item.id);
    if (way === 'next') ids.push(...here);
    else ids.unshift(...here);
    const cursor = page[way];
    if (cursor === null) return { ids, last: page };
    await between();
    page = await list.read({ ...query, cursor });
  }
}

describe('the order of a list', () => {
  it('is that of what the rows show, and rows without a value come last both ways', async () => {
    await withClient(database, async (client) => {
      await client.query(EMPTY);
      await insertJobs(client, door.actor.tenantId, 0, 12);
      await insertFiles(client, (await insertRuns(client, door.actor.tenantId, 0, 30)).slice(0, 20));
      const { services } = door.app;
      const runs = async (sort: string) => (await listRunsFor(services, door.actor, { limit: 100, sort })).items;
      const milliseconds = (one: { startedAt: string | null; finishedAt: string | null }) =>
        one.startedAt && one.finishedAt ? Date.parse(one.finishedAt) - Date.parse(one.startedAt) : null;
      const shown: Record<string, (one: Awaited<ReturnType<typeof runs>>[number]) => string | number | null> = {
        scheduledAt: (one) => one.scheduledAt,
        source: (one) => one.source,
        type: (one) => one.type,
        title: (one) => one.jobTitle.toLowerCase(),
        status: (one) => one.status,
        window: (one) => one.window.to,
        startedAt: (one) => one.startedAt,
        duration: milliseconds,
        rows: (one) => (one.finishedAt === null ? null : one.progress.rows),
        size: (one) => (one.fileNames.length === 0 ? null : one.fileBytesTotal),
        trigger: (one) => one.trigger,
        fileName: (one) => one.fileNames[0]?.toLowerCase() ?? null,
      };
      expect(Object.keys(shown).sort()).toEqual([...RUN_SORTS].sort());
      for (const [sort, value] of Object.entries(shown)) {
        expectOrder((await runs(sort)).map(value), 1, sort);
        expectOrder((await runs(`-${sort}`)).map(value), -1, `-${sort}`);
      }
      const jobs = async (sort: string) => (await listJobsFor(services, door.actor, { limit: 100, sort })).items;
      expectOrder(
        (await jobs('nextRun')).map((one) => one.nextRunAt),
        1,
        'nextRun',
      );
      expectOrder(
        (await jobs('-nextRun')).map((one) => one.nextRunAt),
        -1,
        '-nextRun',
      );
      expectOrder(
        (await jobs('title')).map((one) => one.title.toLowerCase()),
        1,
        'title',
      );
    });
  });
});

function expectOrder(values: readonly (string | number | null)[], direction: 1 | -1, what: string): void {
  const present = values.filter((value) => value !== null);
  expect(values.slice(0, present.length), what).toEqual(present);
  const sorted = [...present].sort((a, b) => (a < b ? -direction : a > b ? direction : 0));
  expect(present, what).toEqual(sorted);
}
