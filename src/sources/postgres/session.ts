/** One connection to the source: opened with a limit, set up for exact output, cancelled from outside. */

import type { Socket } from 'node:net';
import pg from 'pg';
import { untilAborted } from '../network/reach.ts';
import { CONNECT_TIMEOUT_MS, openWire } from './open-wire.ts';
import type { PostgresSettings } from './settings.ts';
import { sourceError } from './source-error.ts';

/** How long a cancel or a goodbye may take before the socket is simply dropped. */
const FAREWELL_MS = 2_000;

/**
 * Output must not depend on settings of the server or the role; an export may take hours; JIT only
 * costs time here; and a lone pg_catalog in the path keeps the source's own functions out of our SQL.
 */
const SET_UP = `
  SET search_path = pg_catalog;
  SET TimeZone = 'UTC';
  SET client_encoding = 'UTF8';
  SET DateStyle = 'ISO, YMD';
  SET IntervalStyle = 'iso_8601';
  SET extra_float_digits = 1;
  SET bytea_output = 'hex';
  SET jit = off;
  SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0;
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`;

/** Servers before PostgreSQL 17 have no limit for a transaction, and would refuse to set it. */
const PID = `
  SELECT pg_backend_pid() AS pid,
         CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', false) END AS unlimited`;

/** A connection inside one read-only transaction. */
export interface Session {
  readonly client: pg.Client;
  /** Stops what the server is doing for this session, then drops the connection. */
  cancel(): Promise<void>;
  /** Ends the transaction and the connection. */
  end(): Promise<void>;
}

/** Connects and begins the transaction, on the snapshot that another session exported if one is named; throws `source.*`, or the signal's reason when aborted. */
export async function openSession(settings: PostgresSettings, signal: AbortSignal, exported: string | null = null): Promise<Session> {
  signal.throwIfAborted();
  return signIn(settings, await openWire(settings, signal), signal, exported);
}

/** The same over a socket that is connected, and secured where the settings ask for it. */
export async function signIn(settings: PostgresSettings, socket: Socket, signal: AbortSignal, exported: string | null = null): Promise<Session> {
  const client = clientFor(settings, socket);
  try {
    await untilAborted(client.connect(), signal);
    await untilAborted(client.query(exported === null ? SET_UP : `${SET_UP}; SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(exported)}`), signal);
    const { rows } = await untilAborted(client.query<{ pid: number }>(PID), signal);
    return sessionOf(client, settings, rows[0]?.pid ?? 0);
  } catch (error) {
    void client.end().catch(() => undefined);
    // A server that never answers the goodbye must not hold the socket.
    socket.destroySoon();
    signal.throwIfAborted();
    throw sourceError(error, 'connect');
  }
}

/** Does `work` in a session of its own. An abort cancels it in the server and comes out as the signal's reason; other errors are `source.*`. */
export async function inSession<T>(settings: PostgresSettings, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(settings, signal);
  let ended: Promise<void> | null = null;
  const end = (how: () => Promise<void>): Promise<void> => {
    ended ??= how();
    return ended;
  };
  const cancel = (): void => void end(() => session.cancel());
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(session);
  } catch (error) {
    signal.throwIfAborted();
    throw sourceError(error, 'read');
  } finally {
    signal.removeEventListener('abort', cancel);
    await end(() => session.end());
  }
}

function sessionOf(client: pg.Client, settings: PostgresSettings, pid: number): Session {
  const end = (): Promise<void> => atMost(FAREWELL_MS, client.end());
  return {
    client,
    end,
    // Dropping the socket alone would let a sort or a count in the server run on; cancelling alone
    // would not reach a server that waits for us to read. So both.
    async cancel() {
      await atMost(FAREWELL_MS, cancelBackend(settings, pid));
      await end();
    },
  };
}

async function cancelBackend(settings: PostgresSettings, pid: number): Promise<void> {
  const client = clientFor(settings, await openWire(settings, AbortSignal.timeout(FAREWELL_MS)));
  try {
    await client.connect();
    await client.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid]);
  } finally {
    await client.end();
  }
}

/** TLS is settled before pg gets the socket: it must neither ask for it nor read the environment for it. */
function clientFor(settings: PostgresSettings, socket: Socket): pg.Client {
  const { host, port, user, password, database } = settings;
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'udm',
    ssl: false,
    stream: () => socket,
  });
  // A connection that breaks while idle emits here; the next query reports it, so nothing is lost.
  client.on('error', () => undefined);
  return client;
}

/** Waits for `work` but no longer than `limit`; a failure on the way out changes nothing. */
async function atMost(limit: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limitReached = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([work.catch(() => undefined), limitReached]);
  clearTimeout(timer);
}
