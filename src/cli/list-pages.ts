import type { Command } from 'commander';
import { countOption } from './options.ts';
import { refuseSeveral } from './contradiction.ts';
import { note } from './terminal.ts';

/** Rows of one page; the most the operations give at once. */
export const PAGE_SIZE = 200;

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
}

export interface ListOptions {
  readonly page?: number;
  readonly all?: boolean;
}

export function addListOptions(command: Command): Command {
  return command.option('--page <n>', `page to show, ${PAGE_SIZE} rows each (1 when left out)`, countOption(1, 1_000_000)).option('--all', 'show every page');
}

/** One page of a list, or with `--all` every row as one page. A row that slips to the next page meanwhile is not told twice. */
export async function readList<T extends { readonly id: string }>(options: ListOptions, read: (page: number) => Promise<ListPage<T>>): Promise<ListPage<T>> {
  if (!options.all) return read(options.page ?? 1);
  if (options.page !== undefined) refuseSeveral(['--page', '--all'], 'of both');
  const rows = new Map<string, T>();
  let more = true;
  for (let page = 1; more; page++) {
    const { items, total } = await read(page);
    for (const item of items) rows.set(item.id, item);
    more = items.length > 0 && page * PAGE_SIZE < total;
  }
  return { items: [...rows.values()], total: rows.size, page: 1, pageSize: rows.size };
}

/** Says on standard error when a list has more rows than were shown. */
export function noteOtherPages(list: ListPage<unknown>): void {
  if (list.items.length >= list.total) return;
  const first = (list.page - 1) * list.pageSize + 1;
  const shown = list.items.length === 0 ? `Page ${list.page} is empty` : `Rows ${first} to ${first + list.items.length - 1}`;
  note(`${shown}; there are ${list.total}. Choose with --page N (${list.pageSize} rows each), or see every one with --all.`);
}
