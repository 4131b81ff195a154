import { describe, expect, it } from 'vitest';
import { parseFileSettings, splitBytes } from './file-settings.ts';
import { ProblemList } from './problem-list.ts';

function read(sent: Record<string, unknown>) {
  const problems = new ProblemList();
  return { settings: parseFileSettings(new Map(Object.entries(sent)), problems), problems: problems.items };
}

const DEFAULTS = { splitMegabytes: null, compression: 'fast', format: 'jsonl', csvFormulas: 'keep' };

describe('parseFileSettings', () => {
  it('makes a single file of JSON Lines, fast, when nothing is said', () => {
    for (const sent of [{}, { splitMegabytes: null, compression: null, format: null, csvFormulas: null }]) {
      expect(read(sent)).toEqual({ settings: DEFAULTS, problems: [] });
    }
  });

  it('takes every bound and level', () => {
    expect(read({ splitMegabytes: 1, compression: 'balanced' })).toEqual({
      settings: { ...DEFAULTS, splitMegabytes: 1, compression: 'balanced' },
      problems: [],
    });
    expect(read({ splitMegabytes: 4_096, compression: 'small' }).problems).toEqual([]);
    expect(splitBytes({ splitMegabytes: 1 })).toBe(1_048_576);
    expect(splitBytes({ splitMegabytes: null })).toBeNull();
  });

  it.each([0, -1, 0.1, 1.5, 4_097, 1e12, Number.NaN, '5', '5XB', true, {}, [1]])('refuses to split at %j (case 25)', (splitMegabytes) => {
    expect(read({ splitMegabytes }).problems).toMatchObject([{ code: 'split.range', field: 'splitMegabytes', range: { min: 1, max: 4_096 } }]);
  });

  it('takes every format', () => {
    expect(read({ format: 'csv', csvFormulas: 'escape' })).toEqual({ settings: { ...DEFAULTS, format: 'csv', csvFormulas: 'escape' }, problems: [] });
    for (const format of ['jsonl', 'parquet']) expect(read({ format }).settings).toEqual({ ...DEFAULTS, format });
  });

  it.each(['json', 'CSV', '', 1, true, {}, ['csv']])('refuses the format %j, and the same of formulas', (sent) => {
    expect(read({ format: sent }).problems).toMatchObject([{ code: 'format.invalid', field: 'format', range: ['jsonl', 'csv', 'parquet'] }]);
    expect(read({ csvFormulas: sent }).problems).toMatchObject([{ code: 'csv_formulas.invalid', field: 'csvFormulas', range: ['keep', 'escape'] }]);
  });

  it.each(['best', '', 1, ['fast']])('refuses the compression %j', (compression) => {
    expect(read({ compression }).problems).toMatchObject([{ code: 'compression.invalid', field: 'compression', range: ['fast', 'balanced', 'small'] }]);
  });
});
