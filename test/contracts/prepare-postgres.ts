import pg from 'pg';
import { withClient } from '../support/database-text.ts';
import type { TestConnection, TestPostgres } from '../support/postgres.ts';
import { CONTRACT_FILES, CONTRACT_NOTES, type ContractFile, type StoredNote } from './contract-data.ts';

/** Tables behind the contract's catalog. */
export const CONTRACT_TABLES = `
  CREATE SCHEMA contract;
  CREATE TABLE contract.note (id text PRIMARY KEY, kind int, written_at timestamptz, "the ""body"" of it" text, pages int, signed boolean,
    stored_at timestamptz);
  CREATE TABLE contract.file (id text PRIMARY KEY, note_id text, content bytea)`;

/** Runs one statement (or several without values) on a connection of its own. */
export async function run<Row extends pg.QueryResultRow>(connection: TestConnection, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** As `run`, by a connection that is kept for the next: for hundreds of small statements. */
export async function runAgain<Row extends pg.QueryResultRow>(connection: TestConnection, sql: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(connection, async (client) => (await client.query<Row>(sql, values)).rows);
}

/** Adds notes of the contract in one transaction. */
export async function addNotes(connection: TestConnection, notes: readonly StoredNote[], by = run): Promise<void> {
  await by(
    connection,
    `INSERT INTO contract.note SELECT id, kind, "writtenAt", body, pages, signed, "storedAt"
       FROM json_to_recordset($1::json) AS n(id text, kind int, "writtenAt" timestamptz, body text, pages int, signed boolean, "storedAt" timestamptz)`,
    [JSON.stringify(notes)],
  );
}

/** Adds files of the contract. */
export async function addFiles(connection: TestConnection, files: readonly ContractFile[], by = run): Promise<void> {
  await by(connection, 'INSERT INTO contract.file SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])', [
    files.map((file) => file.id),
    files.map((file) => file.noteId),
    files.map((file) => file.content),
  ]);
}

/** A database with the notes and files of the contract, in the worst order: the connector must sort. */
export async function contractDatabase(server: TestPostgres): Promise<TestConnection> {
  const connection = await server.newDatabase();
  await run(connection, CONTRACT_TABLES);
  await addNotes(connection, [...CONTRACT_NOTES].reverse());
  await addFiles(connection, CONTRACT_FILES);
  return connection;
}
