import { expect, test } from 'vitest';
import { cellOf, jsonCellOf, timeCell } from './copy-value.ts';

test('escapes what COPY would read as something else', () => {
  expect(cellOf('a\tb\nc\rd\\e')).toBe('a\\tb\\nc\\rd\\\\e');
  expect(cellOf('\\N')).toBe('\\\\N');
  expect(jsonCellOf('a"\n')).toBe('"a\\\\"\\\\n"');
});

test('keeps microseconds', () => {
  expect(timeCell(Date.UTC(2026, 0, 2, 3, 4, 5) * 1_000 + 7)).toBe('2026-01-02T03:04:05.000007+00');
});
