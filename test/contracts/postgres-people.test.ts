import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import type { PeopleVerbs } from '../../src/sources/people.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { type Cells, PEOPLE_CATALOG, PEOPLE_ROWS } from './people-data.ts';
import { describePeopleContract, type PreparedPeople } from './people-contract.ts';
import { run } from './prepare-postgres.ts';

/** With real foreign keys, so that only the right order works. */
const TABLES = `
  CREATE SCHEMA people;
  CREATE TABLE people.person (no int PRIMARY KEY, merged int REFERENCES people.person, name text, mail text, "the ""phone""" text);
  CREATE TABLE people.more (id int PRIMARY KEY, person_no int NOT NULL REFERENCES people.person, kind varchar(20), value text);
  CREATE TABLE people.letter (id text PRIMARY KEY, kind int NOT NULL, person_no int REFERENCES people.person, answers text REFERENCES people.letter, body text,
    house text, sender text, sender_name text, copies jsonb, talk text, phone varchar(40));
  CREATE TABLE people.file (id int PRIMARY KEY, letter_id text NOT NULL REFERENCES people.letter, content bytea);
  CREATE TABLE people.task (id int PRIMARY KEY, person_no int REFERENCES people.person, what text, size numeric);
  CREATE TABLE people.step (id int PRIMARY KEY, task_id int NOT NULL REFERENCES people.task, details jsonb)`;
const NAMES = Object.keys(PEOPLE_ROWS) as (keyof typeof PEOPLE_ROWS)[];
const NEVER = new AbortController().signal;
/** Sessions of UDM that wait for a lock. */
async function waiting(database: TestConnection): Promise<number> {
  const waits = "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND wait_event_type = 'Lock' AND datname = current_database()";
  return (await run(database, waits)).length;
}

const GONE = (): { do: 'delete' } => ({ do: 'delete' });

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
  await run(server.connection, "CREATE ROLE people_reader LOGIN PASSWORD 'reader'; CREATE ROLE people_writer LOGIN PASSWORD 'writer'");
}, 60_000);
afterAll(() => server?.stop());

async function insert(database: TestConnection, table: string, rows: readonly Cells[]): Promise<void> {
  const parsed = rows.map((row) => ({
    ...row,
    ...Object.fromEntries(['copies', 'details'].flatMap((name) => (row[name] ? [[name, JSON.parse(String(row[name]))]] : []))),
  }));
  await run(database, `INSERT INTO people.${table} SELECT * FROM json_populate_recordset(NULL::people.${table}, $1)`, [JSON.stringify(parsed)]);
}

async function dump(database: TestConnection): Promise<Awaited<ReturnType<PreparedPeople['dump']>>> {
  const rows: Partial<Record<string, Cells[]>> = {};
  for (const name of NAMES) {
    const columns = Object.keys(PEOPLE_ROWS[name][0] ?? {}).map((column) => `"${column.replaceAll('"', '""')}"`);
    const cells = columns.map((column) => `${column}::text AS ${column}`).join(', ');
    rows[name] = await run(database, `SELECT ${cells} FROM people.${name} t ORDER BY ${name === 'person' ? 't.no' : 't.id'}`);
  }
  return rows as Awaited<ReturnType<PreparedPeople['dump']>>;
}

async function peopleDatabase(): Promise<TestConnection> {
  return filled(await server.newDatabase());
}

async function filled(database: TestConnection): Promise<TestConnection> {
  await run(database, TABLES);
  for (const name of NAMES) await insert(database, name, PEOPLE_ROWS[name]);
  await run(
    database,
    `GRANT USAGE ON SCHEMA people TO people_reader, people_writer; GRANT SELECT ON ALL TABLES IN SCHEMA people TO people_reader, people_writer;
     GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA people TO people_writer`,
  );
  return database;
}

function verbs(database: TestConnection, writer: { user: string; password: string } | null = { user: 'people_writer', password: 'writer' }): PeopleVerbs {
  const { people } = openPostgresSource({ ...database, user: 'people_reader', password: 'reader', writer }, PEOPLE_CATALOG);
  if (!people) throw new Error('no people');
  return people;
}

describePeopleContract('postgres', async () => {
  const database = await peopleDatabase();
  return {
    people: verbs(database),
    readOnly: verbs(database, null),
    dump: () => dump(database),
    addLetters: (letters) => insert(database, 'letter', letters),
    removeLetters: async (ids) => void (await run(database, 'DELETE FROM people.letter WHERE id = ANY ($1)', [ids])),
    activity: async () => (await run(database, "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND datname = current_database()")).length,
    stop: () => Promise.resolve(),
  };
});

describe('postgres: changing rows', () => {
  const LETTERS = { table: 'letter', keys: ['own', 'shared'] };

  test('a worker that dies in the middle leaves nothing half done, and the next one does all of it', async () => {
    const database = await peopleDatabase();
    const before = await dump(database);
    // The last row is locked, so the first is changed already, and not committed, when the connection breaks.
    const decided: unknown[] = [];
    const locker = (async () => run(database, `BEGIN; SELECT FROM people.file WHERE letter_id = 'shared' FOR UPDATE; SELECT pg_sleep(60)`))();
    locker.catch(() => undefined);
    const waiting = async (query: string): Promise<number> => (await run(database, query)).length;
    await expect.poll(() => waiting("SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND wait_event = 'PgSleep'"), { timeout: 5_000 }).toBe(1);
    const changing = verbs(database).change(
      LETTERS,
      (row) => {
        decided.push(row['id']);
        return { do: 'delete' };
      },
      NEVER,
    );
    changing.catch(() => undefined);
    await expect.poll(() => waiting("SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND wait_event_type = 'Lock'"), { timeout: 5_000 }).toBe(1);
    await run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'udm' AND datname = current_database()");
    await expect(changing).rejects.toMatchObject({ code: 'source.interrupted' });
    expect(decided).toHaveLength(2);
    await run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()");
    expect(await dump(database)).toEqual(before);
    expect((await verbs(database).change(LETTERS, GONE, NEVER)).map(({ key, done }) => [key, done])).toEqual([
      ['own', 'deleted'],
      ['shared', 'deleted'],
    ]);
    expect((await verbs(database).change(LETTERS, GONE, NEVER)).map(({ done }) => done)).toEqual(['gone', 'gone']);
  }, 30_000);

  test('decides of a row as it is when nobody else can change it any more', async () => {
    const database = await peopleDatabase();
    const other = new pg.Client(database);
    await other.connect();
    await other.query("BEGIN; UPDATE people.person SET mail = 'new@example.com' WHERE no = 2");
    const seen: unknown[] = [];
    const changing = verbs(database).change(
      { table: 'person', keys: ['2'] },
      (row) => {
        seen.push(row['mail']);
        return { do: 'change', values: { mail: null }, children: false, ground: null, uncertain: false };
      },
      NEVER,
    );
    await expect.poll(() => waiting(database), { timeout: 5_000 }).toBe(1);
    await other.query('COMMIT');
    await other.end();
    expect(await changing).toMatchObject([{ key: '2', done: 'changed' }]);
    expect(seen).toEqual(['new@example.com']);
    expect(await run(database, 'SELECT mail FROM people.person WHERE no = 2')).toEqual([{ mail: null }]);
  });

  test('an abort while it waits for a lock changes nothing and leaves no session', async () => {
    const database = await peopleDatabase();
    const before = await dump(database);
    const locker = run(database, `BEGIN; SELECT FROM people.letter WHERE id = 'own' FOR UPDATE; SELECT pg_sleep(60)`);
    locker.catch(() => undefined);
    await expect
      .poll(async () => (await run(database, "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")).length, {
        timeout: 5_000,
      })
      .toBe(1);
    const controller = new AbortController();
    const changing = verbs(database).change(LETTERS, GONE, controller.signal);
    changing.catch(() => undefined);
    const sessions = async (): Promise<number> =>
      (await run(database, "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND datname = current_database()")).length;
    await expect
      .poll(async () => (await run(database, "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND wait_event_type = 'Lock'")).length, {
        timeout: 5_000,
      })
      .toBe(1);
    controller.abort(new Error('stop'));
    await expect(changing).rejects.toThrow('stop');
    await expect.poll(sessions, { timeout: 5_000 }).toBe(0);
    await run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()");
    expect(await dump(database)).toEqual(before);
  }, 30_000);

  test('what else points at a row that goes, no longer points; where it must, the rule is named and nothing changed', async () => {
    const database = await peopleDatabase();
    await run(
      database,
      `UPDATE people.letter SET answers = 'own' WHERE id = 'bens'; CREATE TABLE people.bill (id int, letter_id text NOT NULL CONSTRAINT bill_of_letter REFERENCES people.letter);
      INSERT INTO people.bill VALUES (1, 'shared')`,
    );
    expect(await verbs(database).change({ table: 'letter', keys: ['own'] }, GONE, NEVER)).toMatchObject([{ done: 'deleted', children: 1 }]);
    expect(await run(database, "SELECT answers, body FROM people.letter WHERE id = 'bens'")).toEqual([{ answers: null, body: 'a body' }]);
    const before = await dump(database);
    const error: unknown = await verbs(database)
      .change({ table: 'letter', keys: ['talk', 'shared'] }, GONE, NEVER)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'gdpr.constraint', details: { value: 'bill, bill_of_letter, SQLSTATE 23503' } });
    expect(await dump(database)).toEqual(before);
  });

  test.each([
    ['phone', '+49'.padEnd(41, '1'), '22001'],
    ['copies', 'no JSON', '22P02'],
    ['sender_name', 'Хелена', '22P05'],
  ])('what %s cannot hold is refused by name, and nothing changed', async (column, value, code) => {
    const name = `of_latin_${column}`;
    await run(server.connection, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`);
    const database = await filled({ ...server.connection, database: name });
    const before = await dump(database);
    const verdict = { do: 'change', values: { [column]: value }, children: false, ground: null, uncertain: false } as const;
    const error: unknown = await verbs(database)
      .change(LETTERS, () => verdict, NEVER)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'gdpr.constraint', details: { value: `people.letter, SQLSTATE ${code}` } });
    expect(await dump(database)).toEqual(before);
  });

  test('a trigger of the source does its work in the schemas of its own', async () => {
    const database = await peopleDatabase();
    await run(
      database,
      `CREATE TABLE public.gone (id text); GRANT INSERT ON public.gone TO people_writer;
       CREATE FUNCTION people.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO gone VALUES (OLD.id); RETURN OLD; END';
       CREATE TRIGGER note BEFORE DELETE ON people.letter FOR EACH ROW EXECUTE FUNCTION people.note()`,
    );
    expect(await verbs(database).change(LETTERS, GONE, NEVER)).toMatchObject([{ done: 'deleted' }, { done: 'deleted' }]);
    expect(await run(database, 'SELECT id FROM gone ORDER BY id')).toEqual([{ id: 'own' }, { id: 'shared' }]);
  });

  test('a trigger that keeps a row in silence is no success', async () => {
    const database = await peopleDatabase();
    await run(
      database,
      `CREATE FUNCTION people.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TRIGGER keep BEFORE DELETE ON people.letter FOR EACH ROW WHEN (OLD.id = 'bens') EXECUTE FUNCTION people.keep()`,
    );
    await run(database, 'DELETE FROM people.file');
    await expect(verbs(database).change({ table: 'letter', keys: ['bens', 'talk'] }, GONE, NEVER)).rejects.toMatchObject({
      code: 'gdpr.constraint',
      details: { value: 'people.letter' },
    });
    expect(await run(database, "SELECT id FROM people.letter WHERE id IN ('bens', 'talk')")).toHaveLength(2);
  });

  test('an account that may not write is no account to write with', async () => {
    const database = await peopleDatabase();
    const before = await dump(database);
    await run(database, 'REVOKE DELETE ON people.file FROM people_writer');
    await expect(verbs(database).change(LETTERS, GONE, NEVER)).rejects.toMatchObject({ code: 'gdpr.no_write_access', details: { value: 'people.letter' } });
    await expect(verbs(database, { user: 'people_reader', password: 'reader' }).change(LETTERS, GONE, NEVER)).rejects.toMatchObject({
      code: 'gdpr.no_write_access',
    });
    await expect(verbs(database, { user: 'people_writer', password: 'wrong' }).change(LETTERS, GONE, NEVER)).rejects.toMatchObject({
      code: 'source.authentication',
    });
    expect(await dump(database)).toEqual(before);
  });
});
