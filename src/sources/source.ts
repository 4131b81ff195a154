/**
 * What UDM asks of a system that holds data. A connector (postgres, …) implements it for one
 * source; the catalog says which tables and columns stand behind each type.
 */

import type { NormalIdentifier } from '../domain/data-requests/identifiers.ts';
import type { RowEstimate } from '../domain/row-estimate.ts';
import type { PeopleVerbs } from './people.ts';

/** Half-open range of source time; null means open at that side. ISO 8601 with Z. */
export interface SourceWindow {
  readonly from: string | null;
  readonly to: string | null;
}

/** What a run of a chain adds to its request, so that rows which appear behind the settle lag are exported once. */
export interface Arrivals {
  /** Rows that the source stored before this instant were published already; null: the chain has published nothing yet. ISO 8601 with Z. */
  readonly after: string | null;
  /** A row is visible at most so many seconds after the source says it stored it. */
  readonly settleSeconds: number;
}

export interface ReadRequest {
  /** Type of the catalog, e.g. `Interaction`. */
  readonly type: string;
  /** Names of entity types, e.g. `Email`; null means all of the type. */
  readonly entityTypes: readonly string[] | null;
  readonly window: SourceWindow;
  /**
   * Present for runs of a chain only (decision 0010). Where a table says when its rows arrived, the run then reads, with A =
   * `arrivalTo` of the snapshot: the rows of the window that arrived before A; and as late rows those from before the window
   * that arrived in [after, A). Rows without an arrival count as stored long ago.
   */
  readonly arrival?: Arrivals | undefined;
  /** People whose rows stay out, by identifiers that are theirs alone; left out: nobody's. */
  readonly without?: readonly NormalIdentifier[] | undefined;
  /** Where the data of the chain begins: no late row has an earlier time. Null or left out: the beginning of time. */
  readonly dataFrom?: string | null | undefined;
}

/** What the source knows of the values of a property beyond its schema; decimals have so many digits in all, and behind the point. */
export type CertainType = 'double' | 'instant' | 'local_time' | 'date' | { readonly digits: number; readonly fraction: number };

/** One file of the archive, e.g. `Email.jsonl`. */
export interface SourceFile {
  /** Entry name in the archive: letters, digits, `-` and `.` only. */
  readonly name: string;
  readonly entityType: string;
  /** Late: of rows from before the window that the source stored too late for the run whose window they belong to. */
  readonly content: 'rows' | 'attachments' | 'late_rows' | 'late_attachments';
  /** Entry name of the JSON Schema, e.g. `Email.schema.json`. */
  readonly schemaName: string;
  /** JSON Schema draft-07 of one line. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** By name of a property, where the source is sure of more; times are written as PostgreSQL writes them in JSON. */
  readonly certain?: Readonly<Record<string, CertainType>>;
}

/**
 * How other threads read a file by themselves, in ranges of lines that are disjoint and in order: `module` exports `openPlanReader(shared, signal)`,
 * which gives something with `read(data, range)`, batches of whole lines that are good until the next is asked for, and `close()`. Both can
 * be cloned and may hold credentials: they go by message only, never to a log or a disk. They are as big for many ranges as for few.
 */
export interface ReadPlan {
  /** URL of a module. */
  readonly module: string;
  /** The same for all plans of a snapshot. */
  readonly shared: unknown;
  readonly data: unknown;
  /** How many there are, counted from 0. */
  readonly ranges: number;
}

/** How whom rows name is noted: as `keyedHash(key)` of context, type, `|` and normal form. With a key in it: it goes from thread to thread by message only. */
export interface NameHashing {
  readonly key: Uint8Array;
  readonly context: string;
  /** Where phone numbers without a country are dialled (ISO 3166); null: nobody knows. */
  readonly region: string | null;
}

/** Whom the rows of a snapshot name, noted while they are read. */
export interface NamedPeople {
  /**
   * The subject index of everybody, once all files are read to their end, by whichever thread; rather some too many than one too few. Null: some rows were read in a
   * way that cannot tell. Rejects with the reason of an abort.
   */
  index(): Promise<Buffer | null>;
}

/** Everything of one run is read from one consistent state of the source. */
export interface SourceSnapshot {
  /** Files of rows always, also when empty; files of attachments and late ones only when they have lines. */
  readonly files: readonly SourceFile[];
  /** The source's clock at the snapshot, never behind what it sees: UTC, ISO 8601 with microseconds and Z. */
  readonly now: string;
  /**
   * A: `now` less the settle lag, never before `after`. Once this run is published, rows that the source stored before A are,
   * so A is the next run's `after`. Null when the request had no `arrival`, or when no table of it says when its rows arrived.
   */
  readonly arrivalTo: string | null;
  /** Rows that `files` will give; for progress only, may be a planner's guess. */
  estimateRows(): Promise<RowEstimate>;
  /**
   * The rows of one file as newline-terminated JSON in batches of whole lines (64 KiB or more, save
   * the last), in key order. Never holds a result in memory. Files are read one after another.
   * Errors: `source.interrupted` and the other `source.*` codes; aborting cancels the query
   * in the source and comes out as the reason of the signal. Every batch owns its memory, so it may be handed to another thread.
   */
  lines(file: SourceFile): AsyncIterable<Uint8Array>;
  /**
   * The file in ranges of the very same state, the same ones for the same state; null where that is not worth a connection, or where another
   * connection would see another state. Good until the snapshot is closed; must be asked for before lines are read. Left out by connectors that
   * have none.
   */
  plan?(file: SourceFile): Promise<ReadPlan | null>;
  /** From now on it is noted whom the rows name; null where nobody knows. Must be called before a plan is asked for or lines are read. Left out by connectors that cannot. */
  noteNames?(hashing: NameHashing): NamedPeople | null;
  /** Ends the snapshot and frees its connection; safe to call more than once. */
  close(): Promise<void>;
}

export interface SourceTypeDescription {
  readonly type: string;
  readonly entityTypes: readonly string[];
  /** Whether rows have a time column, so that a window can choose among them. */
  readonly hasTime: boolean;
  /** Whether the catalog names, for all its entity types, a column that says when the source stored a row. */
  readonly tellsLateRows: boolean;
}

/** One field of a line. */
export interface FieldDescription {
  /** As in the line; `attributes[].strValue` is a field of a nested list. */
  readonly name: string;
  readonly type: string;
  readonly format: string | null;
  readonly title: string | null;
  readonly nullable: boolean;
  /** What it tells of a person; null: nothing by itself. */
  readonly identifies: string | null;
  /** Whether a sample shows its values. */
  readonly shown: boolean;
}

export interface EntityFields {
  readonly entityType: string;
  readonly fields: readonly FieldDescription[];
  /** Of a line of the attachments; empty when the entity type has none. */
  readonly attachments: readonly FieldDescription[];
}

export interface SampleRequest {
  readonly type: string;
  /** Null means all of the type. */
  readonly entityTypes: readonly string[] | null;
  /** At most so many rows of each entity type. */
  readonly rows: number;
}

/** Null: the row has no value. `upTo`: there is one of at most so many characters (bytes, elements), null: of more than 1,000. */
export type SampleCell = { readonly value: string | number | boolean } | { readonly upTo: number | null } | null;

export interface EntitySample {
  readonly entityType: string;
  /** By name of field; the newest row first. */
  readonly rows: readonly Readonly<Record<string, SampleCell>>[];
}

/** What a handshake showed. Certificates are public. */
export interface SecuredFacts {
  /** E.g. TLSv1.3. */
  readonly version: string;
  readonly cipher: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validUntil: string;
}

export interface ServerFacts {
  readonly version: string;
  /** Follows another server and may lag behind it. */
  readonly isReplica: boolean;
  /** What its clock shows: UTC, ISO 8601. */
  readonly now: string;
}

/** What the role may do beyond reading. */
export interface RightsFacts {
  readonly isSuperuser: boolean;
  /** Tables of the catalog that it may write, comma separated. */
  readonly writable: string;
}

/** What the account to write with may do. */
export interface WriterFacts {
  readonly user: string;
  readonly isSuperuser: boolean;
  /** Tables that it may change and that no data request changes, comma separated. */
  readonly beyond: string;
}

/** An account of a source that may change rows. */
export interface SourceWriter {
  readonly user: string;
  readonly password: string;
}

export interface TablesFacts {
  readonly tables: number;
  readonly columns: number;
}

/** The way to a source in steps, in this order; each throws its `source.*` error, and then those after it that need it make no sense. */
export interface SourceProbe {
  resolve(): Promise<{ readonly addresses: readonly string[] }>;
  connect(): Promise<{ readonly address: string; readonly port: number }>;
  /** Null: without TLS. */
  secure(): Promise<SecuredFacts | null>;
  signIn(): Promise<void>;
  server(): Promise<ServerFacts>;
  /** Errors: `source.permission` with every table that may not be read. */
  rights(): Promise<RightsFacts>;
  /** Errors: `source.missing_table` or `source.missing_column`, with all that is missing. */
  tables(): Promise<TablesFacts>;
  /** Null: there is no account to write with. Errors: `gdpr.no_write_access` with every right it lacks, and those of signing in. */
  writer(): Promise<WriterFacts | null>;
  close(): Promise<void>;
}

export interface Source {
  /** Connects and looks for every table and column of the catalog save arrivals, which may be missing; throws a `source.*` error. */
  check(): Promise<void>;
  describe(): readonly SourceTypeDescription[];
  /** The same step by step, for whoever sets the source up. `signal` ends it. Left out by what only stands for a source. */
  probe?(signal: AbortSignal): SourceProbe;
  /** Connects, and tells what the source's clock shows: UTC, ISO 8601. Throws a `source.*` error. */
  reach(signal: AbortSignal): Promise<string>;
  /**
   * The newest rows of each entity type, masked: only numbers, times and codes that tell of no person come out, of everything
   * else its size; the rest never leaves the source. Bounded in time. Errors: `source.too_slow`, those of `check`.
   */
  sample(request: SampleRequest, signal: AbortSignal): Promise<readonly EntitySample[]>;
  /** For data requests; null or left out: the catalog says nothing of people, or the connector cannot do it. */
  readonly people?: PeopleVerbs | null;
  /** Opens one snapshot. `signal` aborts it and cancels what the source is doing. */
  open(request: ReadRequest, signal: AbortSignal): Promise<SourceSnapshot>;
}
