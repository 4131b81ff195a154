import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemBootClock } from './boot-clock.ts';

describe('the clock that nobody sets', () => {
  it('names the start of the machine, the same one each time, and never goes back', () => {
    const readings = Array.from({ length: 50 }, () => systemBootClock.read());
    expect(new Set(readings.map((one) => one.bootId)).size).toBe(1);
    expect(readings[0]?.bootId.length).toBeGreaterThan(10);
    expect(readings.map((one) => one.milliseconds)).toEqual(readings.map((one) => one.milliseconds).toSorted((a, b) => a - b));
  });

  it.runIf(process.platform === 'linux')('shows what CLOCK_BOOTTIME does', () => {
    const [seconds] = readFileSync('/proc/uptime', 'utf8').split(' ');
    expect(Math.abs(systemBootClock.read().milliseconds - Number(seconds) * 1_000)).toBeLessThan(5_000);
  });
});
