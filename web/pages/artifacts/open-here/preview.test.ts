import { describe, expect, it } from 'vitest';
import { Beginning } from './preview.ts';

function previewOf(...parts: readonly string[]) {
  const beginning = new Beginning();
  for (const part of parts) beginning.add(new TextEncoder().encode(part));
  return beginning.preview();
}

describe('Beginning', () => {
  it('makes a table of the first lines, wherever the pieces are cut', () => {
    expect(previewOf('{"a":1,"b":"x"}\n{"a":', 'null,"c":{"d":[1]}}\n')).toEqual({
      columns: ['a', 'b', 'c'],
      rows: [
        ['1', 'x', ''],
        ['', '', '{"d":[1]}'],
      ],
    });
  });

  it('keeps twenty whole lines and shortens long values', () => {
    const { rows } = previewOf(`${'{"a":"é"}\n'.repeat(50)}{"a":`);
    expect(rows).toHaveLength(20);
    expect(previewOf(`{"a":"${'y'.repeat(500)}"}\n`).rows[0]?.[0]).toBe(`${'y'.repeat(120)}…`);
  });

  it('shows nothing of an empty entry, nor of a line that is cut', () => {
    expect(previewOf()).toEqual({ columns: [], rows: [] });
    expect(previewOf(`{"a":"${'z'.repeat(400_000)}"}\n`)).toEqual({ columns: [], rows: [] });
  });
});
