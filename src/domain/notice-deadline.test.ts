import { expect, it } from 'vitest';
import { deadlineNotice } from './notice.ts';

it('tells of a deadline at 10, 5 and 1 days and when it is over, and anew when it was extended', () => {
  const told = (days: number) => deadlineNotice('2026-04-01', days)?.occasion ?? null;
  expect([11, 10, 9, 6, 5, 2, 1, 0, -1, -29, -30].map(told)).toEqual([
    null,
    '2026-04-01 10 days',
    '2026-04-01 10 days',
    '2026-04-01 10 days',
    '2026-04-01 5 days',
    '2026-04-01 5 days',
    '2026-04-01 1 days',
    '2026-04-01 1 days',
    '2026-04-01 over',
    '2026-04-01 over',
    null,
  ]);
  expect(deadlineNotice('2026-06-01', 10)?.occasion).toBe('2026-06-01 10 days');
});
