import type { Command } from 'commander';
import type { PageView } from '../contract/page.ts';
import type { ListQuery } from '../operations/open-list.ts';
import { refuseSeveral } from './contradiction.ts';
import { countOption } from './options.ts';
import { note } from './terminal.ts';

/** Rows that a list shows unless told otherwise. */
export const USUAL_ROWS = 100;
/** Rows that are read at a time. */
const AT_ONCE = 1_000;

export interface ListOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly sort?: string;
  readonly all?: boolean;
}

export function addListOptions(command: Command): Command {
  return command
    .option('--limit <n>', `rows to show (${USUAL_ROWS} when left out)`, countOption(1, 1_000_000))
    .option('--cursor <text>', 'go on where an earlier list ended: its "next", or its "previous"')
    .option('--sort <name>', 'what to sort by, as in the API; "-" in front turns it round')
    .option('--all', 'show every row');
}

/** The rows asked for, read page by page and told as one. */
export async function readList<T>(options: ListOptions, read: (query: ListQuery) => Promise<PageView<T>>): Promise<PageView<T>> {
  if (options.all && options.limit !== undefined) refuseSeveral(['--limit', '--all'], 'of both');
  const wanted = options.all ? Number.POSITIVE_INFINITY : (options.limit ?? USUAL_ROWS);
  const first = await read({ limit: Math.min(wanted, AT_ONCE), cursor: options.cursor, sort: options.sort });
  const items = [...first.items];
  let { next } = first;
  while (next !== null && items.length < wanted) {
    const page = await read({ limit: Math.min(wanted - items.length, AT_ONCE), cursor: next, sort: options.sort });
    items.push(...page.items);
    next = page.next;
  }
  const whole = next === null && first.previous === null;
  return { items, total: whole ? { count: items.length, exact: true } : first.total, next, previous: first.previous };
}

/** Says on standard error when a list has more rows than were shown. */
export function noteOtherRows(list: PageView<unknown>): void {
  if (list.next === null && list.previous === null) return;
  const total = list.total.exact ? `there are ${list.total.count}` : `there are more than ${list.total.count}`;
  const next = list.next === null ? '' : ` Go on with --cursor ${list.next}, or`;
  note(`${list.items.length} ${list.items.length === 1 ? 'row' : 'rows'}; ${total}.${next === '' ? ' See' : `${next} see`} every one with --all.`);
}
