import type { Anchors } from '../anchors/anchors.ts';
import type { CaseKeys } from '../case-keys/case-keys.ts';
import type { RetryRule } from '../domain/run-retry.ts';
import type { BootClock } from '../lib/boot-clock.ts';
import type { Sealer } from '../lib/sealer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../lib/log.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Archiver } from '../pipeline/archive.ts';
import type { TaskQueue } from '../queue/index.ts';
import type { Database } from '../records/database.ts';
import type { SharedVerbs } from '../sources/people.ts';
import type { EntityFields, Source, SourceTypeDescription, SourceWriter } from '../sources/source.ts';
import type { Storage } from '../storage/storage.ts';

/** What operations work with. They see interfaces; app.ts alone knows the classes behind them. */
export interface Services {
  readonly database: Database;
  readonly queue: TaskQueue;
  readonly storage: Storage;
  /** Makes the files of runs, off this thread. */
  readonly archiver: Archiver;
  /** What speaks for the audit log outside the database. */
  readonly anchors: Anchors;
  /** What remembers erasures outside the database and the data folder. */
  readonly ledger: Ledger;
  /** The keys of data requests, outside the database. */
  readonly caseKeys: CaseKeys;
  /** Null: nobody is told by mail. */
  readonly mailer: Mailer | null;
  readonly sealer: Sealer;
  readonly connectors: Connectors;
  /** Through which data requests ask the sources. */
  readonly sharedPeople: SharedVerbs;
  readonly log: Log;
  readonly version: string;
  /** How runs are tried again by themselves; `random` gives 0 to 1. */
  readonly retry: RetryRule & { readonly random: () => number };
  /** Beside the database's clock, to see when that leaps. */
  readonly bootClock: BootClock;
  /** Lets time pass; rejects with the reason of the signal. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The connectors and catalogs this UDM knows. */
export interface Connectors {
  /** Names of the connectors. */
  readonly kinds: readonly string[];
  /** Names of the built-in catalogs. */
  readonly catalogs: readonly string[];
  /** Types of a built-in catalog. Error: `catalog.invalid` when there is none of that name. */
  describe(catalog: string): readonly SourceTypeDescription[];
  /** The fields of a type of a built-in catalog; null when it has no such type. Error: `catalog.invalid`. */
  fields(catalog: string, type: string): readonly EntityFields[] | null;
  /** A source ready to be asked; nothing is connected yet. */
  open(connector: string, catalog: string, settings: Readonly<Record<string, unknown>>, secret: string, writer?: SourceWriter | null): Source;
}
