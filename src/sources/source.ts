/**
 * What UDM asks of a system that holds data. A connector (postgres, …) implements it for one
 * source; the catalog says which tables and columns stand behind each type.
 */

/** Half-open range of source time; null means open at that side. ISO 8601 with Z. */
export interface SourceWindow {
  readonly from: string | null;
  readonly to: string | null;
}

export interface ReadRequest {
  /** Type of the catalog, e.g. `Interaction`. */
  readonly type: string;
  /** Names of entity types, e.g. `Email`; null means all of the type. */
  readonly entityTypes: readonly string[] | null;
  readonly window: SourceWindow;
}

/** One file of the archive, e.g. `Email.jsonl`. */
export interface SourceFile {
  /** Entry name in the archive: letters, digits, `-` and `.` only. */
  readonly name: string;
  readonly entityType: string;
  readonly content: 'rows' | 'attachments';
  /** Entry name of the JSON Schema, e.g. `Email.schema.json`. */
  readonly schemaName: string;
  /** JSON Schema draft-07 of one line. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Everything of one run is read from one consistent state of the source. */
export interface SourceSnapshot {
  /** Files of rows always, also when empty; files of attachments only when there are any. */
  readonly files: readonly SourceFile[];
  /** Rows this request will give, all files together; for progress only, may be a planner's guess. */
  estimateRows(): Promise<number>;
  /**
   * The rows of one file as newline-terminated JSON in batches of whole lines (64 KiB or more, save
   * the last), in key order. Never holds a result in memory. Files are read one after another.
   * Errors: `source.interrupted` and the other `source.*` codes; aborting cancels the query
   * in the source and comes out as the reason of the signal. Every batch owns its memory, so it may be handed to another thread.
   */
  lines(file: SourceFile): AsyncIterable<Uint8Array>;
  /** Ends the snapshot and frees its connection; safe to call more than once. */
  close(): Promise<void>;
}

export interface SourceTypeDescription {
  readonly type: string;
  readonly entityTypes: readonly string[];
  /** Whether rows have a time column, so that a window can choose among them. */
  readonly hasTime: boolean;
}

export interface Source {
  /** Connects and looks for every table and column of the catalog; throws a `source.*` error. */
  check(): Promise<void>;
  describe(): readonly SourceTypeDescription[];
  /** Opens one snapshot. `signal` aborts it and cancels what the source is doing. */
  open(request: ReadRequest, signal: AbortSignal): Promise<SourceSnapshot>;
}
