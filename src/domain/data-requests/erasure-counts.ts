/** What an erasure counts in one table, in rows. Pure. */

/** `found` may be more than `uncertain` and `done`: of what was uncertain some may have turned out to be of somebody else. */
export interface TableCounts {
  readonly found: number;
  readonly uncertain: number;
  /** Of those that are done, or are to be: they stay, without the person. */
  readonly kept: number;
  readonly done: number;
  /** Of what is kept; null when nothing is. */
  readonly ground: string | null;
}

/** What came since discovery and is the person's. `hers`: all rows of the table that are known to be, those of discovery among them. */
export interface RowsSince {
  readonly hers: number;
  readonly kept: number;
  readonly ground: string | null;
}

/** One walk of an erasure through a table. `turned`: so many of the uncertain ones were the person's when they were found. */
export interface WalkCounts {
  readonly done: number;
  readonly uncertain: number;
  readonly turned: number;
}

export const NO_COUNTS: TableCounts = { found: 0, uncertain: 0, kept: 0, done: 0, ground: null };

/** Counted before anything is changed, once: a row that was changed does not tell any more on which ground it stays. The ground that was agreed to remains. */
export function addRowsSince(before: TableCounts, { hers, kept, ground }: RowsSince): TableCounts {
  return { ...before, found: Math.max(before.found, hers), kept: before.kept + kept, ground: before.ground ?? ground };
}

/**
 * Counted after a walk. It sees everything that is uncertain now, so that takes the place of what discovery said; what an earlier walk did stays done. Rows
 * that belong to others are not walked through, but went with them. `isWhole` false: it was halted, and what was uncertain may still be so further on.
 */
export function afterWalk(before: TableCounts, walk: WalkCounts, isWhole: boolean): TableCounts {
  const certain = isWhole ? before.found - before.uncertain - walk.turned : 0;
  const done = Math.max(before.done, walk.done, certain);
  const found = Math.max(before.found, done + walk.uncertain);
  const uncertain = isWhole ? walk.uncertain : Math.min(Math.max(before.uncertain, walk.uncertain), found - done);
  const kept = Math.min(before.kept, found - uncertain);
  return { found, uncertain, kept, done, ground: kept > 0 ? before.ground : null };
}
