import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noteOtherPages, PAGE_SIZE, readList } from './list-pages.ts';

const rows = Array.from({ length: 2 * PAGE_SIZE + 5 }, (_, index) => ({ id: String(index) }));
const read = async (page: number) => ({ items: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), total: rows.length, page, pageSize: PAGE_SIZE });
let noted = '';

beforeEach(() => {
  noted = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    noted += chunk.toString();
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a long list', () => {
  it('is one page, and says that there is more', async () => {
    const first = await readList({}, read);
    expect(first).toMatchObject({ page: 1, total: 405 });
    noteOtherPages(first);
    expect(noted).toBe('Rows 1 to 200; there are 405. Choose with --page N (200 rows each), or see every one with --all.\n');
    const last = await readList({ page: 3 }, read);
    expect(last.items).toEqual(rows.slice(400));
    noteOtherPages(last);
    expect(noted).toContain('Rows 401 to 405; there are 405.');
    noteOtherPages(await readList({ page: 9 }, read));
    expect(noted).toContain('Page 9 is empty; there are 405.');
  });

  it('is every row with --all, each once, also when rows are added at the front meanwhile', async () => {
    expect((await readList({ all: true }, read)).items).toEqual(rows);
    let added = 0;
    const growing = async (page: number) => {
      const now = [...Array.from({ length: added++ }, (_, index) => ({ id: `new ${index}` })), ...rows];
      return { items: now.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), total: now.length, page, pageSize: PAGE_SIZE };
    };
    const all = await readList({ all: true }, growing);
    expect(all).toEqual({ items: rows, total: 405, page: 1, pageSize: 405 });
    noteOtherPages(all);
    expect(noted).toBe('');
  });

  it('takes no page beside --all', async () => {
    await expect(readList({ all: true, page: 2 }, read)).rejects.toMatchObject({ code: 'usage', details: { field: '--page, --all' } });
  });
});
