/** The way to a source step by step, each told by itself: the very steps that a run takes. */

import type { Socket } from 'node:net';
import type { Catalog } from '../catalogs/catalog.ts';
import type { RightsFacts, ServerFacts, SourceProbe, TablesFacts, WriterFacts } from '../source.ts';
import { readClock } from './clock.ts';
import { probeWriter } from './probe-writer.ts';
import { surveyTables } from './inspect.ts';
import { reachWire, resolveWire, secureWire } from './open-wire.ts';
import { type Session, signIn } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { sourceError } from './source-error.ts';
import { CodedError } from '../../errors.ts';

const SERVER = `
  SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS "isReplica"`;

/** Whether the role may do more than read: anywhere, or in the tables that UDM reads. */
const RIGHTS = `
  SELECT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) AS "isSuperuser",
         coalesce((SELECT string_agg(DISTINCT n.nspname || '.' || c.relname, ', ')
            FROM unnest($1::text[], $2::text[]) AS wanted(schema_name, table_name)
            JOIN pg_namespace n ON n.nspname = wanted.schema_name
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.table_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
           WHERE has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')), '') AS writable`;

export function openProbe(settings: PostgresSettings, catalog: Catalog, signal: AbortSignal): SourceProbe {
  return new PostgresProbe(settings, catalog, signal);
}

class PostgresProbe implements SourceProbe {
  readonly #settings: PostgresSettings;
  readonly #catalog: Catalog;
  readonly #signal: AbortSignal;
  #addresses: readonly string[] = [];
  #socket: Socket | null = null;
  #session: Session | null = null;

  constructor(settings: PostgresSettings, catalog: Catalog, signal: AbortSignal) {
    this.#settings = settings;
    this.#catalog = catalog;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => void (this.#session ? this.#session.cancel() : this.#socket?.destroy());

  async resolve() {
    this.#addresses = await resolveWire(this.#settings, this.#signal);
    return { addresses: this.#addresses };
  }

  async connect() {
    this.#socket = await reachWire(this.#settings, this.#addresses, this.#signal);
    return { address: this.#socket.remoteAddress ?? '', port: this.#settings.port };
  }

  async secure() {
    const { socket, facts } = await secureWire(this.#wire(), this.#settings, this.#signal);
    this.#socket = socket;
    return facts;
  }

  async signIn(): Promise<void> {
    this.#session = await signIn(this.#settings, this.#wire(), this.#signal);
  }

  async server(): Promise<ServerFacts> {
    return this.#ask(async ({ client }) => {
      const { rows } = await client.query<{ version: string; isReplica: boolean }>(SERVER);
      return { version: '', isReplica: false, ...rows[0], now: (await readClock(client, null)).now };
    });
  }

  async rights(): Promise<RightsFacts> {
    return this.#ask(async ({ client }) => {
      const { tables, unreadable } = await surveyTables(client, this.#entityTypes());
      if (unreadable.length > 0) throw new CodedError('source.permission', { value: unreadable.join(', ') });
      const names = [tables.map((one) => one.schema), tables.map((one) => one.table)];
      const { rows } = await client.query<RightsFacts>(RIGHTS, names);
      return { isSuperuser: rows[0]?.isSuperuser === true, writable: rows[0]?.writable ?? '' };
    });
  }

  async tables(): Promise<TablesFacts> {
    return this.#ask(async ({ client }) => {
      const { tables, columns, missingTables, missingColumns } = await surveyTables(client, this.#entityTypes());
      // Both at once: whoever mends the one would be told of the other only then.
      const missing = [...missingTables, ...missingColumns].join(', ');
      if (missing !== '') throw new CodedError(missingTables.length > 0 ? 'source.missing_table' : 'source.missing_column', { value: missing });
      return { tables: tables.length, columns };
    });
  }

  async writer(): Promise<WriterFacts | null> {
    const { writer } = this.#settings;
    return writer ? probeWriter(this.#settings, writer, this.#catalog.people, this.#signal) : null;
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#session) await this.#session.end();
    else this.#socket?.destroy();
  }

  #entityTypes() {
    return this.#catalog.types.flatMap((type) => type.entityTypes);
  }

  #wire(): Socket {
    if (!this.#socket) throw new Error('connect comes first');
    return this.#socket;
  }

  async #ask<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (!this.#session) throw new Error('signing in comes first');
    try {
      return await work(this.#session);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw sourceError(error, 'read');
    }
  }
}
