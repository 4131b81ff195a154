import type { LedgerEntry, MarkedEntry } from '../domain/data-requests/ledger-line.ts';

export interface LedgerRead {
  readonly entries: readonly MarkedEntry[];
  /** Numbers of the lines (from 1) that are not what was written there, or before which lines are missing. */
  readonly badLines: readonly number[];
}

/** The ledger of erasures, outside the database and the data folder: what it says outlives a restore of either. Lines are added, never changed. */
export interface Ledger {
  /** Where it is, for people. */
  readonly place: string;
  /** What the file holds now. Errors: `ledger.unreadable`. */
  read(): Promise<LedgerRead>;
  /**
   * Adds an entry behind the last and syncs; gives it with its number and its mark. `mayFollow` sees what is there and throws when the entry may not
   * follow it. One caller at a time among all processes: the row of the head is locked meanwhile. Errors: `ledger.unreadable`; `ledger.changed` when the file is not what was written; `ledger.unwritable`.
   */
  append(entry: Omit<LedgerEntry, 'seq'>, mayFollow: (read: LedgerRead) => void): Promise<MarkedEntry>;
}
