import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { isTemporary, secondsToRetry } from './run-retry.ts';

const RULE = { most: 5, firstSeconds: 30 };
const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the wait before a run is tried again by itself', () => {
  it('grows fourfold, an hour at most', () => {
    const waits = [1, 2, 3, 4, 5].map((failures) => secondsToRetry('source.unreachable', failures, RULE, 0.5));
    expect(waits).toEqual([30, 120, 480, 1_920, 3_600]);
    expect(secondsToRetry('source.unreachable', 6, RULE, 0.5)).toBeNull();
  });

  it('is none for what waiting cannot mend', () => {
    for (const code of [
      'source.authentication',
      'run.certificate_invalid',
      'run.cancelled',
      'run.lost_lease',
      'run.interrupted',
      'window.not_settled',
    ] as const)
      expect(secondsToRetry(code, 1, RULE, 0.5), code).toBeNull();
    for (const code of ['source.unreachable', 'source.interrupted', 'disk.full', 'storage.write_failed', 'run.thread_ended', 'internal'] as const)
      expect(secondsToRetry(code, 1, RULE, 0.5), code).toBe(30);
  });

  it('varies by a quarter either way, is a whole second at least, and ends after the tries allowed', () => {
    const any = fc.record({
      code: fc.constantFrom(...codes),
      failures: fc.integer({ min: 1, max: 40 }),
      most: fc.integer({ min: 0, max: 20 }),
      firstSeconds: fc.integer({ min: 1, max: 3_600 }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(any, ({ code, failures, most, firstSeconds, random }) => {
        const seconds = secondsToRetry(code, failures, { most, firstSeconds }, random);
        if (!isTemporary(code) || failures > most) return seconds === null;
        const middle = Math.min(3_600, firstSeconds * 4 ** (failures - 1));
        return Number.isInteger(seconds) && (seconds as number) >= 1 && Math.abs((seconds as number) - middle) <= middle / 4 + 0.5;
      }),
    );
  });
});
