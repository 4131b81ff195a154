import pg from 'pg';
import { type Log, reasonOf } from '../lib/log.ts';

type Listener = (runId: string) => void;

/** Notes of the database that a run changed, passed on to who listens for that tenant. */
export interface RunEvents {
  /** Calls `listener` with the id of every run of the tenant that changes; returns how to stop. */
  subscribe(tenantId: string, listener: Listener): () => void;
  stop(): Promise<void>;
}

const RECONNECT_MS = 1_000;

/** Listens on one connection of its own and connects again when it breaks. */
export async function startRunEvents(connection: pg.ClientConfig, log: Log): Promise<RunEvents> {
  const listeners = new Map<string, Set<Listener>>();
  let client: pg.Client | null = null;
  let stopped = false;

  const connect = async () => {
    const fresh = new pg.Client({ ...connection, application_name: 'udm-events' });
    fresh.on('error', () => {});
    fresh.on('end', () => {
      if (!stopped && client === fresh) setTimeout(again, RECONNECT_MS).unref();
    });
    fresh.on('notification', ({ payload }) => {
      const [tenantId, runId] = (payload ?? '').split(' ');
      if (tenantId && runId) for (const listener of listeners.get(tenantId) ?? []) listener(runId);
    });
    client = fresh;
    await fresh.connect();
    await fresh.query('LISTEN udm_run');
  };
  const again = () => {
    connect().catch((error: unknown) => {
      log.warn({ event: 'events.reconnect', reason: reasonOf(error) });
      if (!stopped) setTimeout(again, RECONNECT_MS).unref();
    });
  };

  await connect();
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
      stopped = true;
      await client?.end().catch(() => {});
    },
  };
}
