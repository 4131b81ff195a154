import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proofsOf } from '../../src/operations/examine-installation.ts';
import { changingConnectorOf, connectorOf } from '../../src/operations/sources.ts';
import { inTenant } from '../../src/records/database.ts';
import { readSource, type SourceRecord } from '../../src/records/sources.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { run } from '../contracts/prepare-postgres.ts';
import { cliSession } from '../support/cli-session.ts';
import { type Door, openDoor } from '../support/door.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** The account of a source that may change rows: kept apart, tried apart, used for data requests alone. */

const SECRET = 'pencil-51';
const NEVER = new AbortController().signal;
const RIGHTS = `GRANT USAGE ON SCHEMA ucsx TO writer;
  GRANT SELECT, UPDATE, DELETE ON ucsx.contact, ucsx.contact_attribute, ucsx.interaction TO writer; GRANT SELECT, DELETE ON ucsx.document TO writer`;
let door: Door;
let server: TestPostgres;
let draft: Record<string, unknown>;
let count = 0;

beforeAll(async () => {
  [door, server] = await Promise.all([openDoor(), startTestPostgres()]);
  const { host, port, database } = server.connection;
  await fillSample(server.connection, { contacts: 20, interactions: 60, days: 3, seed: 1, endsAt: new Date('2026-03-01T00:00:00Z') });
  await sql(`CREATE ROLE reader LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA ucsx TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA ucsx TO reader;
    CREATE ROLE writer LOGIN PASSWORD '${SECRET}'; ${RIGHTS}`);
  draft = { catalog: 'ucsx', host, port, database, user: 'reader', password: 'reads' };
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await door?.close();
});

const sql = (text: string) => run(server.connection, text);

type Made = Record<string, unknown> & { id: string; version: number };
async function made(changes: object = {}): Promise<Made> {
  count += 1;
  const answer = await door.call('POST', '/api/sources', { ...draft, name: `Written ${count}`, ...changes });
  expect(answer.status, answer.text).toBe(201);
  expect(answer.text).not.toContain(SECRET);
  return answer.json as never;
}

function change({ id, version, name }: Made, body: object) {
  return door.call('PUT', `/api/sources/${id}`, { ...draft, name, password: undefined, ...body }, { 'if-match': `"${version}"` });
}

async function stored(id: string): Promise<SourceRecord> {
  const record = await inTenant(door.app.services.database, door.actor.tenantId, (tx) => readSource(tx, door.actor.tenantId, id));
  if (!record) throw new Error('no such source');
  return record;
}

async function acts(id: string): Promise<string[]> {
  const rows = await inTenant(door.app.services.database, door.actor.tenantId, (tx) =>
    tx.selectFrom('audit_log').where('object_id', '=', id).select(['action', 'detail']).orderBy('seq').execute(),
  );
  return rows.map((row) => `${row.action} ${JSON.stringify(row.detail)}`);
}

const codes = (answer: { json: unknown }): string[] =>
  ((answer.json as { errors?: { code: string; field: string }[] }).errors ?? []).map((one) => `${one.field} ${one.code}`);

describe('the account with write rights', () => {
  it('is optional; its password is sealed apart, and nothing gives it back', async () => {
    expect(await made()).toMatchObject({ writerUser: null });
    const source = await made({ writerUser: 'writer', writerPassword: SECRET });
    expect(source).toMatchObject({ user: 'reader', writerUser: 'writer' });
    const record = await stored(source.id);
    expect(record.sealedWriter?.toString('latin1')).not.toContain(SECRET);
    const shown = await door.call('GET', `/api/sources/${source.id}`);
    expect(shown.json).toMatchObject({ writerUser: 'writer' });
    expect(shown.text + (await door.call('GET', '/api/sources')).text + (await acts(source.id)).join()).not.toContain(SECRET);
  });

  it('stays when a change says nothing of it, goes when it is null, and the audit log names the fields', async () => {
    const source = await made({ writerUser: 'writer', writerPassword: SECRET });
    const before = await stored(source.id);
    expect((await change(source, { settleSeconds: 9 })).json).toMatchObject({ writerUser: 'writer', version: 2 });
    expect((await stored(source.id)).sealedWriter).toEqual(before.sealedWriter);
    expect((await change({ ...source, version: 2 }, { settleSeconds: 9, writerPassword: 'another' })).json).toMatchObject({ version: 3 });
    expect((await stored(source.id)).sealedWriter).not.toEqual(before.sealedWriter);
    expect((await change({ ...source, version: 3 }, { settleSeconds: 9, writerUser: null })).json).toMatchObject({ writerUser: null, version: 4 });
    expect(await stored(source.id)).toMatchObject({ writerUser: null, sealedWriter: null });
    expect(await acts(source.id)).toEqual([
      'source.added {"catalog":"ucsx"}',
      'source.changed {"fields":"settleSeconds","version":2}',
      'source.changed {"fields":"writerPassword","version":3}',
      'source.changed {"fields":"writerUser","version":4}',
    ]);
  });

  it('is refused without its password, a password without it, and the stored one goes to no other place', async () => {
    const answer = await door.call('POST', '/api/sources', { ...draft, name: 'Refused', writerUser: 'x'.repeat(64), writerPassword: `${SECRET}\n` });
    expect(codes(answer)).toEqual(['writerUser source.user_invalid', 'writerPassword source.password_invalid']);
    expect(answer.text).not.toContain(SECRET);
    expect(codes(await door.call('POST', '/api/sources', { ...draft, name: 'Refused', writerUser: 'writer' }))).toEqual([
      'writerPassword source.password_required',
    ]);
    expect(codes(await door.call('POST', '/api/sources', { ...draft, name: 'Refused', writerPassword: SECRET }))).toEqual(['writerUser field.required']);
    const source = await made({ writerUser: 'writer', writerPassword: SECRET });
    expect(codes(await change(source, { host: 'evil.example', password: 'reads' }))).toEqual(['writerPassword source.password_again']);
    expect(codes(await change(await made(), { writerUser: 'writer' }))).toEqual(['writerPassword source.password_required']);
  });

  it('opens for data requests alone, is gone with the source, and neither password can stand in for the other', async () => {
    const source = await made({ writerUser: 'writer', writerPassword: SECRET });
    const record = await stored(source.id);
    expect(connectorOf(door.app.services, record).people?.mayChange).toBe(false);
    const people = changingConnectorOf(door.app.services, record).people;
    expect(people?.mayChange).toBe(true);
    const [{ contact_id: key } = { contact_id: '' }] = await run<{ contact_id: string }>(
      server.connection,
      'SELECT contact_id FROM ucsx.contact ORDER BY 1 LIMIT 1',
    );
    const before = await run(server.connection, 'SELECT FROM ucsx.contact_attribute WHERE contact_id = $1', [key]);
    expect(await people?.change({ table: 'contact', keys: [key] }, () => ({ do: 'delete' }), NEVER)).toMatchObject([
      { done: 'deleted', children: before.length },
    ]);
    expect(await run(server.connection, 'SELECT FROM ucsx.contact NATURAL FULL JOIN ucsx.contact_attribute WHERE contact_id = $1', [key])).toEqual([]);
    const swapped = { ...record, sealedWriter: record.sealedSecret };
    expect(() => changingConnectorOf(door.app.services, swapped)).toThrow(expect.objectContaining({ code: 'source.secret_unreadable' }));
    await door.call('DELETE', `/api/sources/${source.id}`);
    const [left] = await inTenant(door.app.services.database, door.actor.tenantId, (tx) =>
      tx.selectFrom('source').where('id', '=', source.id).selectAll().execute(),
    );
    expect(left).toMatchObject({ writer_user: null, sealed_writer: null });
  });

  it('that does not open is told by udm doctor, before a data request needs it', async () => {
    const source = await made({ writerUser: 'writer', writerPassword: SECRET });
    const look = async () => (await proofsOf(door.app.services, 'migrations')).find(({ check }) => check === `source ${source['name']}`)?.look();
    expect(await look()).toEqual({ detail: 'it answers, and has every table and column of its catalog' });
    await inTenant(door.app.services.database, door.actor.tenantId, (tx) =>
      tx
        .updateTable('source')
        .set({ sealed_writer: Buffer.from('x') })
        .where('id', '=', source.id)
        .execute(),
    );
    await expect(look()).rejects.toMatchObject({ code: 'source.secret_unreadable' });
  });

  it('is set and taken away by command line, its password out of a variable', async () => {
    const source = await made();
    const cli = cliSession(() => door.app.dataFolder, { UDM_TEST_WRITE: SECRET });
    await cli.document('source', 'set', String(source['name']), '--write-user', 'writer', '--write-password-env', 'UDM_TEST_WRITE');
    expect(await stored(source.id)).toMatchObject({ writerUser: 'writer', sealedWriter: expect.any(Buffer) });
    await cli.document('source', 'set', String(source['name']), '--no-write-user');
    expect(await stored(source.id)).toMatchObject({ writerUser: null });
  }, 60_000);
});

interface Step {
  readonly step: string;
  readonly state: string;
  readonly facts?: Record<string, unknown>;
  readonly problem?: { readonly code: string; readonly value?: unknown };
}

describe('a test of a source tries the account with write rights', () => {
  async function tried(changes: object): Promise<{ writer: Step | undefined; others: string[] }> {
    const answer = await door.call('POST', '/api/sources/test', { draft: { ...draft, name: 'Tried', ...changes } });
    const steps = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Step)
      .filter(({ step, state }) => step !== undefined && state !== 'running');
    expect(answer.text).not.toContain(SECRET);
    return {
      writer: steps.find(({ step }) => step === 'writer'),
      others: steps.filter(({ step, state }) => step !== 'writer' && state !== 'ok').map(({ step }) => step),
    };
  }
  const WRITER = { writerUser: 'writer', writerPassword: SECRET };

  it('and says that there is none, or that it may change exactly what is needed', async () => {
    expect(await tried({})).toMatchObject({ writer: { state: 'ok', facts: { user: null } }, others: [] });
    expect(await tried(WRITER)).toMatchObject({ writer: { state: 'ok', facts: { user: 'writer', isSuperuser: false, beyond: '' } }, others: [] });
  });

  it('and names every right it lacks, and every table beyond', async () => {
    await sql('REVOKE DELETE ON ucsx.document, ucsx.contact FROM writer; GRANT USAGE ON SCHEMA iwd TO writer; GRANT INSERT ON iwd.event TO writer');
    expect(await tried(WRITER)).toMatchObject({
      writer: { state: 'failed', problem: { code: 'gdpr.no_write_access', value: 'DELETE on ucsx.document, DELETE on ucsx.contact' } },
      others: [],
    });
    await sql(RIGHTS);
    expect((await tried(WRITER)).writer).toMatchObject({ state: 'ok', facts: { beyond: 'iwd.event' } });
    await sql('REVOKE INSERT ON iwd.event FROM writer');
    const { user, password } = server.connection;
    expect((await tried({ writerUser: user, writerPassword: password })).writer).toMatchObject({ state: 'ok', facts: { isSuperuser: true } });
  });

  it('and tells a wrong password of its from a wrong one of the reader’s', async () => {
    expect(await tried({ ...WRITER, writerPassword: 'wrong' })).toMatchObject({
      writer: { state: 'failed', problem: { code: 'source.authentication' } },
      others: [],
    });
    const other = await tried({ ...WRITER, password: 'wrong' });
    expect(other.writer?.state).toBe('ok');
    expect(other.others).toContain('sign_in');
  });
});
