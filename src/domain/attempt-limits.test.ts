import { describe, expect, it } from 'vitest';
import { addressBlock, attemptWaitSeconds } from './attempt-limits.ts';

describe('attempts', () => {
  it('wait a minute first, then twice as long each time, an hour at most', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 1_000].map(attemptWaitSeconds)).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('count %s as %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });
});
