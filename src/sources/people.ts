/**
 * What UDM asks of a source when a person wants to see, correct or erase what it holds of them. The catalog says where people are named; the rules in
 * domain/data-requests say whose a row is and what becomes of it.
 */

import type { NormalIdentifier } from '../domain/data-requests/identifiers.ts';
import type { PeopleTable, Row, RowIdentifier } from '../domain/data-requests/people-rules.ts';
import type { RowVerdict } from '../domain/data-requests/row-verdict.ts';

export interface PeopleQuestion {
  readonly wanted: readonly NormalIdentifier[];
  /** ISO 3166: where numbers that are stored without a country are dialled; null: nobody knows. */
  readonly region: string | null;
  /** Only tables whose rows are people. */
  readonly subjectsOnly?: boolean;
}

/** A row that names people. */
export interface FoundRow {
  readonly table: string;
  /** Of the catalog; null: the row is of none that is exported, or of a list inside another row. */
  readonly type: string | null;
  readonly entityType: string | null;
  readonly key: string;
  /** Everybody it names, not only those asked for. */
  readonly identifiers: readonly RowIdentifier[];
}

export interface TableKeys {
  readonly table: string;
  readonly keys: readonly string[];
}

/** A whole row, or one that belongs to the row that came before it with this key. */
export interface PersonRow {
  readonly table: string;
  readonly type: string | null;
  readonly entityType: string | null;
  readonly key: string;
  /** Null: the row is one that was asked for. */
  readonly parent: { readonly table: string; readonly key: string } | null;
  /** The columns that the rules look at; empty for what belongs to another row. */
  readonly row: Row;
  /** JSON as an export writes it, nested lists included, without a line break. */
  readonly line: string;
  /** The column behind each name of the line. */
  readonly fields: readonly (readonly [name: string, column: string])[];
}

/** `gone`: no such row (any more). */
export interface RowOutcome {
  readonly key: string;
  readonly done: 'deleted' | 'changed' | 'kept' | 'gone';
  /** Null when gone. */
  readonly verdict: RowVerdict | null;
  /** Rows of other tables that went or were changed with it. */
  readonly children: number;
}

/** Stands between the verbs of a source and all who use them at once. */
export interface SharedVerbs {
  /** `place` names a source and the state of its settings; `people` is what its connector does. */
  of(place: string, people: PeopleVerbs): PeopleVerbs;
}

export interface PeopleVerbs {
  /** In the order in which rows are taken out of them: what points at a row comes before it. */
  readonly tables: readonly PeopleTable[];
  /** Whether there is a credential to write with. */
  readonly mayChange: boolean;
  /**
   * Rows in which any of the identifiers stands, all of one state of the source, each table read once whatever is asked for, as a rule: when a search for
   * many fails, each is made anew, and rows may come twice. Batches are small, memory is flat. Errors: those of `open`.
   */
  find(question: PeopleQuestion, signal: AbortSignal): AsyncIterable<readonly FoundRow[]>;
  /** Every row that names anybody. */
  identifiers(region: string | null, signal: AbortSignal): AsyncIterable<readonly FoundRow[]>;
  /** Whole rows with what belongs to them, all of one state of the source; keys that are not there are left out. One row at a time is held. */
  read(wanted: readonly TableKeys[], signal: AbortSignal): AsyncIterable<readonly PersonRow[]>;
  /**
   * One transaction with the credential to write: locks the rows, asks `decide` with each as it stands then, and does what it says; either all or nothing.
   * Doing it again does what is still to be done. `guard` is asked when its turn has come and nothing is locked yet; when it throws nothing is done.
   * Errors: `gdpr.no_write_access` without such a credential or right, `gdpr.constraint`.
   */
  change(wanted: TableKeys, decide: (row: Row) => RowVerdict, signal: AbortSignal, guard?: () => Promise<void>): Promise<readonly RowOutcome[]>;
}
