import { describe, expect, it } from 'vitest';
import { Beginning } from './preview.ts';

const previewOf = (...parts: readonly string[]) => previewAs('Email.jsonl', parts);

function previewAs(name: string, parts: readonly string[]) {
  const beginning = new Beginning(name);
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

  it('shows CSV as it is, line breaks and quotes in texts, too', () => {
    expect(previewAs('Email.csv', ['a,b\r\n1,"x\r\n', '""y"", z"\r\n,""\r\n2,"cut'])).toEqual({
      columns: ['a', 'b'],
      rows: [
        ['1', 'x\r\n"y", z'],
        ['', ''],
      ],
    });
    expect(previewAs('Email.csv', ['a\r\n', '1\r\n'.repeat(50)]).rows).toHaveLength(20);
    expect(previewAs('Email.csv', ['a,b\r\n'])).toEqual({ columns: ['a', 'b'], rows: [] });
    expect(previewAs('Email.csv', ['a\r\n', `"${'z'.repeat(400_000)}"\r\n`])).toEqual({ columns: ['a'], rows: [] });
  });
});
