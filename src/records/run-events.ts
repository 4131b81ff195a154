import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Log, reasonOf } from '../lib/log.ts';

/** A run that goes on, by its id; or a kind of thing of which one was made, changed or went (0007-lists.sql). */
export type Note = { readonly run: string } | { readonly changed: string };

type Listener = (note: Note) => void;

/** Notes of the database that something changed, passed on to who listens for that tenant. */
export interface RunEvents {
  /** Calls `listener` for everything of the tenant that changes; returns how to stop. */
  subscribe(tenantId: string, listener: Listener): () => void;
  stop(): Promise<void>;
}

const RECONNECT_MS = 1_000;
const BEAT_MS = 30_000;
/** Every kind that the database tells of (0007-lists.sql). */
const KINDS = ['job', 'run', 'artifact', 'certificate'];

/**
 * Listens on a connection of its own. One loop connects, waits for the end of the connection and connects again, so a
 * lost database is asked once a second and never by two at a time. Nobody knows what changed in between, so then every
 * listener is told that everything may have. Rejects when the first connection fails.
 * @param beatMs how often the connection is asked whether it still lives, and how long the answer may take
 */
export async function startRunEvents(connection: pg.ClientConfig, log: Log, beatMs = BEAT_MS): Promise<RunEvents> {
  const listeners = new Map<string, Set<Listener>>();
  const stopping = new AbortController();
  let client = await listen(connection, listeners, beatMs);

  const keepListening = async () => {
    while (!stopping.signal.aborted) {
      await client.ended;
      if (stopping.signal.aborted) return;
      await sleep(RECONNECT_MS, undefined, { signal: stopping.signal, ref: false });
      try {
        client = await listen(connection, listeners, beatMs);
        for (const changed of KINDS) for (const own of listeners.values()) for (const listener of own) listener({ changed });
      } catch (error) {
        log.warn({ event: 'events.reconnect', reason: reasonOf(error) });
      }
    }
  };
  const loop = keepListening().catch(() => {});

  return {
    subscribe(tenantId, listener) {
      const own = listeners.get(tenantId) ?? new Set();
      listeners.set(tenantId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(tenantId);
      };
    },
    async stop() {
      stopping.abort();
      await client.end();
      await loop;
    },
  };
}

interface Listening {
  /** Resolves when the connection is over, for whatever reason. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

async function listen(connection: pg.ClientConfig, listeners: ReadonlyMap<string, ReadonlySet<Listener>>, beatMs: number): Promise<Listening> {
  const client = new pg.Client({ ...connection, application_name: 'udm-events', connectionTimeoutMillis: 10_000, keepAlive: true, query_timeout: beatMs });
  client.on('error', () => {});
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.on('notification', ({ channel, payload }) => {
    const [tenantId, what] = (payload ?? '').split(' ');
    if (!tenantId || !what) return;
    const note: Note = channel === 'udm_run' ? { run: what } : { changed: what };
    for (const listener of listeners.get(tenantId) ?? []) listener(note);
  });
  try {
    await client.connect();
    await client.query('LISTEN udm_run; LISTEN udm_changed');
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  const end = () => client.end().catch(() => {});
  // Something in between may drop a connection on which nothing is said without telling either side.
  const beat = setInterval(() => void client.query('SELECT 1').catch(end), beatMs);
  void ended.then(() => clearInterval(beat));
  return { ended, end };
}
