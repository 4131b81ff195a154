import { expect, test } from 'vitest';
import type { ReadableFile } from './readable-files.ts';
import type { Session } from './session.ts';
import { SnapshotReader } from './snapshot-reader.ts';

const NEVER = new AbortController().signal;
const FILE = { sql: { wide: 'SELECT wide', count: 'SELECT count(*) AS rows' }, place: 'a.b' } as unknown as ReadableFile;
const timeout = () => Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });

/** A server so busy that the count takes too long, and so many times even giving it up. */
function busySession(lateEnds: number): { session: Session; asked: string[] } {
  const asked: string[] = [];
  let late = lateEnds;
  const query = async (sql: string) => {
    asked.push(sql.split(' ')[0] ?? '');
    if (sql.startsWith('EXPLAIN')) return { rows: [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': 7, 'Plan Width': 3 } }] }] };
    if (sql.startsWith('SELECT 0 AS file') || (sql.startsWith('ROLLBACK') && late-- > 0)) throw timeout();
    return { rows: [] };
  };
  return { session: { client: { query }, cancel: async () => undefined, end: async () => undefined } as unknown as Session, asked };
}

test('a server too busy to count in time is asked for its guess, also when it is too busy to give the count up at once', async () => {
  for (const late of [0, 3]) {
    const { session, asked } = busySession(late);
    expect(await new SnapshotReader(session, NEVER).estimateRows([FILE])).toEqual({ files: [7], exact: false });
    expect(asked.filter((one) => one === 'ROLLBACK')).toHaveLength(late + 1);
  }
});

test('what is cancelled again and again is an interruption', async () => {
  const { session } = busySession(1_000);
  await expect(new SnapshotReader(session, NEVER).estimateRows([FILE])).rejects.toMatchObject({ code: 'source.interrupted' });
});
