import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListQuery } from '../operations/open-list.ts';
import { noteOtherRows, readList } from './list-pages.ts';

const rows = Array.from({ length: 2_405 }, (_, index) => ({ id: String(index) }));
const asked: ListQuery[] = [];
let noted = '';

/** Pages of `rows`; a cursor is the number of its first row. */
async function read(query: ListQuery) {
  asked.push(query);
  const from = Number(query.cursor ?? 0);
  const items = rows.slice(from, from + query.limit);
  const end = from + items.length;
  return { items, total: { count: 2_000, exact: false }, next: end < rows.length ? String(end) : null, previous: from > 0 ? `before ${from}` : null };
}

beforeEach(() => {
  noted = '';
  asked.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    noted += chunk.toString();
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a long list', () => {
  it('is its first rows, and says that there are more and how to go on', async () => {
    const first = await readList({ sort: 'title' }, read);
    expect(first.items).toEqual(rows.slice(0, 100));
    expect(asked).toEqual([{ limit: 100, cursor: undefined, sort: 'title' }]);
    noteOtherRows(first);
    expect(noted).toBe('100 rows; there are more than 2000. Go on with --cursor 100, or see every one with --all.\n');
    const second = await readList({ cursor: first.next as string, limit: 1_500 }, read);
    expect(second).toMatchObject({ items: rows.slice(100, 1_600), next: '1600', previous: 'before 100', total: { count: 2_000, exact: false } });
    noted = '';
    noteOtherRows(await readList({ cursor: '2404' }, read));
    expect(noted).toBe('1 row; there are more than 2000. See every one with --all.\n');
  });

  it('is every row with --all, and then their number is exact', async () => {
    const all = await readList({ all: true }, read);
    expect(all).toEqual({ items: rows, total: { count: 2_405, exact: true }, next: null, previous: null });
    noteOtherRows(all);
    expect(noted).toBe('');
  });

  it('takes no limit beside --all', async () => {
    await expect(readList({ all: true, limit: 2 }, read)).rejects.toMatchObject({ code: 'usage', details: { field: '--limit, --all' } });
  });
});
