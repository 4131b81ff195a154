import { appendFile, mkdir, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerStanding, noteInLedger } from '../../src/operations/data-requests/ledger-standing.ts';
import { openLedgerReplay } from '../../src/operations/data-requests/replay-ledger.ts';
import { openLedgerFile } from '../../src/ledger/ledger-file.ts';
import { proofsOf } from '../../src/operations/examine-installation.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource } from '../../src/operations/sources.ts';
import { inTenant } from '../../src/records/database.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';

/** The ledger of erasures as a real file, beside a real database that knows how far it was written. */

const REQUESTS = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
let door: Door;
let services: Services;
let folder: string;
let file: string;

beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-ledger-'));
  file = path.join(folder, 'ledger', 'erasure-ledger.jsonl');
  services = { ...door.app.services, ledger: await openLedgerFile(path.dirname(file), path.join(folder, 'data'), Buffer.alloc(32, 7)) };
  await sql("UPDATE erasure_ledger_head SET seq = 0, mark = ''");
  return () => rm(folder, { recursive: true });
});

async function sql(text: string): Promise<Record<string, unknown>[]> {
  return withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text)).rows);
}

const tenantId = () => door.actor.tenantId;
const noted = (request = 0) => ({
  tenantId: tenantId(),
  requestId: REQUESTS[request] as string,
  at: '2026-03-01T10:00:00.000Z',
  event: 'begun' as const,
  hashes: [Buffer.alloc(32, 1).toString('base64url')],
  sourceIds: [REQUESTS[0] as string],
});
const note = (request = 0) => inTenant(services.database, tenantId(), (tx) => noteInLedger(services, tx, noted(request)));
const lines = async () => (await readFile(file, 'utf8')).trimEnd().split('\n');

describe('the ledger of erasures', () => {
  it('is written line by line, each with its number, and known to the database as far as it was written', async () => {
    await note();
    await note(1);
    expect(await services.ledger.read()).toMatchObject({
      badLines: [],
      entries: [
        { ...noted(), seq: 1 },
        { ...noted(1), seq: 2 },
      ],
    });
    expect(await ledgerStanding(services)).toEqual({ entries: expect.objectContaining({ length: 2 }), ahead: [] });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('has one writer at a time', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => note(index % 3)));
    const { entries, badLines } = await services.ledger.read();
    expect(badLines).toEqual([]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('stays when its transaction fails, and goes on with the same request alone', async () => {
    await note();
    const failing = inTenant(services.database, tenantId(), async (tx) => {
      await noteInLedger(services, tx, noted(1));
      throw new Error('the connection was lost');
    });
    await expect(failing).rejects.toThrow('the connection was lost');
    expect((await ledgerStanding(services)).ahead).toMatchObject([{ seq: 2, requestId: REQUESTS[1] }]);
    await expect(note(2)).rejects.toMatchObject({ code: 'ledger.ahead', details: { value: [2] } });
    await note(1);
    expect(await ledgerStanding(services)).toEqual({ entries: expect.objectContaining({ length: 3 }), ahead: [] });
  });

  it('tells an older database by what it does not know of', async () => {
    await note();
    const [head] = await sql('SELECT seq, mark FROM erasure_ledger_head');
    await note(1);
    await note(2);
    await sql(`UPDATE erasure_ledger_head SET seq = ${head?.['seq']}, mark = '${head?.['mark']}'`);
    expect((await ledgerStanding(services)).ahead.map(({ requestId }) => requestId)).toEqual([REQUESTS[1], REQUESTS[2]]);
  });

  it.each([
    ['changed', async (all: string[]) => [all[0]?.replace('begun', 'finished') ?? '', ...all.slice(1)]],
    ['missing', async (all: string[]) => all.toSpliced(1, 1)],
    ['swapped', async (all: string[]) => [all[1] ?? '', all[0] ?? '', all[2] ?? '']],
    ['said twice', async (all: string[]) => [...all, all[2] ?? '']],
  ])('refuses to go on when a line is %s', async (_, change) => {
    for (const request of [0, 1, 2]) await note(request);
    await writeFile(file, `${(await change(await lines())).join('\n')}\n`);
    await expect(ledgerStanding(services)).rejects.toMatchObject({ code: 'ledger.changed' });
    const before = await readFile(file);
    await expect(note()).rejects.toMatchObject({ code: 'ledger.changed' });
    expect(await readFile(file)).toEqual(before);
  });

  it('says when the end of it is lost, or all of it', async () => {
    for (const request of [0, 1, 2]) await note(request);
    await writeFile(file, `${(await lines()).slice(0, 2).join('\n')}\n`);
    await expect(note()).rejects.toMatchObject({ code: 'ledger.behind', details: { value: { entries: 2, known: 3 } } });
    await rm(file);
    await expect(ledgerStanding(services)).rejects.toMatchObject({ code: 'ledger.behind', details: { value: { entries: 0, known: 3 } } });
  });

  it('is compared with the database again until it could be read once', async () => {
    const head = async () => (await sql('SELECT seq::int FROM erasure_ledger_head'))[0]?.['seq'];
    await note();
    await sql("UPDATE erasure_ledger_head SET seq = 0, mark = ''");
    const repeat = openLedgerReplay({ ...services, log: { ...services.log, error: ({ event, reason }) => logged.push([event, reason]) } });
    const logged: unknown[] = [];
    await rename(file, `${file}.away`);
    // A disk that is not there yet looks like a ledger that nobody began.
    await repeat();
    await mkdir(file);
    await repeat();
    expect([await head(), logged]).toEqual([0, [['ledger.not_replayed', 'ledger.unreadable']]]);
    await rmdir(file);
    await rename(`${file}.away`, file);
    await repeat();
    expect([await head(), logged.length]).toEqual([1, 1]);
    // Another process is between the line and its transaction: not an older database.
    await sql("UPDATE erasure_ledger_head SET seq = 0, mark = ''");
    await repeat();
    expect(await head()).toBe(0);
  });

  it('goes on behind a line that a stop left half', async () => {
    await note();
    await appendFile(file, '{"kind":"udm-erasure-led');
    await note(1);
    expect(await ledgerStanding(services)).toEqual({ entries: expect.objectContaining({ length: 2 }), ahead: [] });
  });

  it('is never inside the data folder, by whatever way', async () => {
    const data = path.join(folder, 'data');
    for (const place of [data, path.join(data, 'ledger'), path.join(folder, 'x', '..', 'data', 'deep', 'er')])
      await expect(openLedgerFile(place, data, Buffer.alloc(32))).rejects.toMatchObject({ code: 'ledger.inside_data' });
    await expect(openLedgerFile(`${data}-ledger`, data, Buffer.alloc(32))).resolves.toBeDefined();
  });
});

describe('udm doctor', () => {
  it('says in which sources erasures are still to be repeated, and what to do', async () => {
    const look = async () => (await proofsOf(door.app.services, 'migrations')).find(({ check }) => check === 'ledger')?.look();
    expect(await look()).toEqual({ detail: 'nobody was erased yet' });
    const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
    await addSource(door.app.services, door.actor, { name: 'CRM', connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
    await sql(`INSERT INTO erasure_replay (tenant_id, source_id, seq, request_id, hashes)
      SELECT tenant_id, id, 1, id, ARRAY['x'] FROM source WHERE name = 'CRM'`);
    expect(await look()).toEqual({ detail: expect.stringContaining('1 in CRM'), fix: expect.stringContaining('udm request replay') });
    await sql('UPDATE erasure_replay SET done_at = udm_now()');
    expect(await look()).toEqual({ detail: 'nobody was erased yet' });
  });
});
