/** A place in a list between two rows: the sort key of the row beside it (null: no value) and on which side of that row the page lies. */
export interface Position {
  readonly key: readonly (string | null)[];
  readonly side: 'after' | 'before';
  /** That row belongs to the page as well. */
  readonly inclusive: boolean;
}

export interface PageRequest {
  readonly limit: number;
  /** Name of a sort; `-` in front turns it round. */
  readonly sort: string;
  /** Null: from the beginning. */
  readonly position: Position | null;
}

export interface Page<T> {
  readonly items: T[];
  readonly total: { readonly count: number; readonly exact: boolean };
  readonly next: Position | null;
  readonly previous: Position | null;
}

/** `text` as a pattern for LIKE: the user's % and _ are letters, not wildcards. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** The rows in the order of the ids; ids without a row are left out. */
export function inOrder<T extends { readonly id: string }>(rows: readonly T[], ids: readonly string[]): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
