import { describe, expect, it } from 'vitest';
import type { CertainType, ColumnKind, FormatOrder } from '../archive.ts';
import { BlockThreads } from '../threads/block-threads.ts';
import { loadFormat, openFormat } from './open-format.ts';

/** What other readers find is proven in test/interop. */

function orderOf(kind: ColumnKind, certain?: CertainType): FormatOrder {
  return { format: 'parquet', entry: 'Email.parquet', columns: [{ name: 'a', kind, ...(certain && { certain }) }], groupBytes: 1_024, level: 'fast' };
}

const CASES: readonly (readonly [kind: ColumnKind, certain: CertainType | undefined, fits: readonly string[], unfit: readonly string[]])[] = [
  ['integer', undefined, ['0', '-9223372036854775808', '9223372036854775807'], ['9223372036854775808', '1.5', '1e3', '"1"', 'true', '[1]']],
  ['boolean', undefined, ['true', 'false'], ['"true"', '1']],
  ['number', 'double', ['1.5', '1e300', '"NaN"', '"-Infinity"'], ['"nan"', 'true', '{}']],
  ['number', { digits: 5, fraction: 2 }, ['999.99', '-0.01', '7'], ['1000.00', '0.001', '"NaN"', '1e2']],
  ['text', 'instant', ['"2026-03-01T12:00:00+00:00"', '"infinity"'], ['"2026-03-01T12:00:00"', '"soon"', '"294277-01-01T00:00:00+00:00"', '5']],
  ['text', 'local_time', ['"2026-03-01T12:00:00"'], ['"2026-03-01T12:00:00+00:00"']],
  ['text', 'date', ['"2026-03-01"', '"0044-03-15 BC"'], ['"2026-03-01T12:00:00"']],
  ['bytes', undefined, ['"aGk="', '""'], ['"a b"', '5']],
  ['text', undefined, ['"x"', '5', '{"a":1}'], []],
  ['json', undefined, ['"x"', '5', '{"a":1}', '[]', 'true'], []],
];

describe('Parquet', () => {
  it.each(CASES)('keeps of %s (%j) what fits, and refuses the rest by name', async (kind, certain, fits, unfit) => {
    await loadFormat(orderOf(kind, certain));
    const { convert } = openFormat(orderOf(kind, certain));
    const lines = Buffer.from([...fits, 'null'].map((token) => `{"a":${token}}\n`).join(''));
    expect(convert(lines).rows).toBe(fits.length + 1);
    for (const token of unfit) {
      const refused = () => convert(Buffer.from(`{"a":${fits[0]}}\n{"a":${token}}\n`));
      expect(refused, token).toThrow(expect.objectContaining({ code: 'run.value_unfit', details: { value: { entry: 'Email.parquet', column: 'a' } } }));
    }
  });

  it('gives the same bytes for the same lines, in this thread and in others, and refuses there as well', async () => {
    const threads = new BlockThreads(2);
    const lines = () => new TextEncoder().encode('{"a":1}\n{"a":null}\n{"a":3}\n');
    const order = orderOf('integer');
    await loadFormat(order);
    const here = openFormat(order).convert(lines());
    const [one, other] = await Promise.all([threads.pack(lines(), 'small', order), threads.pack(lines(), 'small', order)]);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ plain: here.bytes, meta: here.meta, lines: 3 });
    const refused = threads.pack(new TextEncoder().encode('{"a":"x"}\n'), 'fast', order);
    await expect(refused).rejects.toMatchObject({ code: 'run.value_unfit', details: { value: { entry: 'Email.parquet', column: 'a' } } });
    await threads.close();
  });
});
