import path from 'node:path';
import { fillSample } from '../../../src/sample/fill-sample.ts';
import { withClient } from '../../support/database-text.ts';
import { dumpCentre } from '../../support/dump-centre.ts';
import type { CentreRows } from '../../support/erasure-oracle.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../../support/postgres.ts';
import { type Recipient, Recipients } from '../../support/recipients.ts';
import { FOREIGN_KEYS, runProgram } from '../../support/sample-sources.ts';

/** What all epochs stand on: a server with the sample contact centre, of which each epoch has copies, and what it holds. */

export interface GroundOptions {
  readonly contacts: number;
  readonly interactions: number;
}

export const SAMPLE_ENDS = new Date('2026-03-01T00:00:00Z');
export const SAMPLE_DAYS = 60;

export class Ground {
  readonly #server: TestPostgres;
  readonly #template: TestConnection;
  readonly #files = new Recipients();
  readonly recipient: Recipient;
  readonly rows: CentreRows;
  /** One at a time copies the template. */
  #copied: Promise<void> = Promise.resolve();

  private constructor(server: TestPostgres, template: TestConnection, rows: CentreRows) {
    this.#server = server;
    this.#template = template;
    this.rows = rows;
    this.recipient = this.#files.make();
  }

  static async open(options: GroundOptions): Promise<Ground> {
    const server = await startTestPostgres();
    const template = await server.newDatabase();
    await fillSample(template, { ...options, days: SAMPLE_DAYS, seed: 20_260_301, endsAt: SAMPLE_ENDS });
    await withClient(template, (client) => client.query(FOREIGN_KEYS));
    return new Ground(server, template, await dumpCentre(template));
  }

  /** A source of its own, as everybody's data stand before anything was erased. */
  async newSource(): Promise<TestConnection> {
    const made = await this.#server.newDatabase();
    await this.restore(made, null);
    return made;
  }

  /** The source as it was at the beginning, or as a dump of it says; whoever is connected to it is thrown out. */
  async restore(source: TestConnection, dump: string | null): Promise<void> {
    const copy = async () => {
      await this.#asOwner(`DROP DATABASE "${source.database}" WITH (FORCE)`);
      await this.#asOwner(`CREATE DATABASE "${source.database}" TEMPLATE ${dump === null ? `"${this.#template.database}"` : 'template0'}`);
    };
    const before = this.#copied;
    this.#copied = before.then(copy, copy);
    await this.#copied;
    if (dump !== null) await runProgram(source, 'pg_restore', '-d', source.database, dump);
  }

  /** A backup while the source is being worked on. */
  async dump(source: TestConnection, folder: string): Promise<string> {
    const file = path.join(folder, 'source.dump');
    await runProgram(source, 'pg_dump', '-Fc', '-Z1', '-f', file, source.database);
    return file;
  }

  async close(): Promise<void> {
    await this.#server.stop();
    this.#files.remove();
  }

  /** Nobody may be connected to what is copied. */
  async #asOwner(statement: string): Promise<void> {
    const admin = { ...this.#server.connection, database: 'postgres' };
    await withClient(admin, async (client) => {
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [this.#template.database]);
      await client.query(statement);
    });
  }
}
