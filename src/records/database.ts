import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { CodedError } from '../errors.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** Counts of rows and bytes stay far below 2^53, so int8 is a number everywhere. */
const INT8 = 20;

/** Opens a pool of at most `max` connections; nothing is asked of the server yet. */
export function openDatabase(connection: pg.PoolConfig, max = 10): { database: Database; pool: pg.Pool } {
  const types: pg.CustomTypesConfig = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
  };
  const pool = new pg.Pool({
    ...connection,
    max,
    types,
    application_name: 'udm',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    // What a process that stands still has locked is free before its lease of 30 s ends, and no other worker waits for it.
    idle_in_transaction_session_timeout: 15_000,
  });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // The same for one that breaks while it is lent: its statements fail, and whoever asked hears of it there.
  pool.on('connect', (client) => client.on('error', () => {}));
  return { database: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), pool };
}

/**
 * Runs `work` in one transaction that sees the rows of one tenant only. The tenant is set for this transaction alone,
 * so it cannot leak to the next borrower of the connection.
 * Error: `service.unavailable` when the database does not answer.
 */
export async function inTenant<T>(database: Database, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await database.transaction().execute(async (tx) => {
      // Compiling a statement takes longer than any of UDM's statements.
      await sql`SELECT set_config('udm.tenant', ${tenantId}, true), set_config('jit', 'off', true)`.execute(tx);
      const last = new Set<() => Promise<void>>();
      lastSteps.set(tx, last);
      const result = await work(tx);
      for (const step of last) await step();
      return result;
    });
  } catch (error) {
    throw isConnectionLoss(error) ? new CodedError('service.unavailable', { cause: error, retryAfterSeconds: 5 }) : error;
  }
}

/** What each open transaction does last, before it commits. */
const lastSteps = new WeakMap<Tx, Set<() => Promise<void>>>();

/** The transaction does this after all else, right before it commits; if that fails, it does not commit. */
export function beforeCommit(tx: Tx, step: () => Promise<void>): void {
  const steps = lastSteps.get(tx);
  if (!steps) throw new TypeError('Only a transaction of inTenant has last steps.');
  steps.add(step);
}

/** From now on the transaction sees the rows of another tenant: for what is of the whole installation and on record in each. */
export async function switchTenant(tx: Tx, tenantId: string): Promise<void> {
  await sql`SELECT set_config('udm.tenant', ${tenantId}, true)`.execute(tx);
}

const CONNECTION_LOSS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '25P03',
  '08000',
  '08003',
  '08006',
  '53300',
]);

/** Whether an error means that the database was not reached, as against that it refused the statement. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  return (
    (typeof code === 'string' && CONNECTION_LOSS.has(code)) || /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(error.message)
  );
}
