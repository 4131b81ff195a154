import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { parseJsonBody } from './json-body.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function refusal(body: string | Uint8Array): CodedError {
  try {
    parseJsonBody(typeof body === 'string' ? bytesOf(body) : body);
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseJsonBody', () => {
  it('reads every kind of value', () => {
    expect(parseJsonBody(bytesOf(' {"a":[1,-2,1.5,true,false,null,"ä\\u00e4"],"b":{}} '))).toEqual({ a: [1, -2, 1.5, true, false, null, 'ää'], b: {} });
  });

  it.each([
    ['empty', '', 0],
    ['spaces only', '  ', 2],
    ['a comment', '{} // x', 3],
    ['a trailing comma', '{"a":1,}', 7],
    ['NaN', '{"a":NaN}', 5],
    ['hexadecimal', '{"a":0x10}', 6],
    ['two values', '{} {}', 3],
    ['an open object', '{"a":1', 6],
    ['single quotes', "{'a':1}", 1],
    ['a raw line break in a text', '"a\nb"', 0],
    ['form data', 'title=x', 0],
  ])('refuses %s with the offset', (_name, body, offset) => {
    const error = refusal(body);
    expect(error.code).toBe('json.invalid');
    expect(error.details.value).toEqual({ offset });
  });

  it('counts offsets in bytes, not in characters', () => {
    expect(refusal('{"ä€😀":x}').details.value).toEqual({ offset: 13 });
  });

  it('refuses a byte order mark', () => {
    expect(refusal('\ufeff{}')).toMatchObject({ code: 'json.invalid', details: { value: { offset: 0 }, range: 'UTF-8 without a byte order mark' } });
  });

  it.each([
    ['a stray byte', [0x22, 0x61, 0xff, 0x22], 2],
    ['a cut character', [0x22, 0xe2, 0x82], 3],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 1],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 2],
    ['gzip', [0x1f, 0x8b, 0x08], 1],
  ])('refuses %s as UTF-8 with the place', (_name, body, offset) => {
    expect(refusal(new Uint8Array(body))).toMatchObject({ code: 'json.invalid', details: { value: { offset } } });
  });

  it('accepts 32 levels and refuses the 33rd, and a million without a stack overflow', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJsonBody(bytesOf(nested(32)))).toBeDefined();
    expect(refusal(nested(33))).toMatchObject({ code: 'json.invalid', details: { value: { offset: 32 }, range: { depth: 32 } } });
    expect(refusal('{"a":'.repeat(33)).code).toBe('json.invalid');
    expect(refusal('['.repeat(1_000_000)).code).toBe('json.invalid');
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"x":[{},{"b":1,"b":1}]}', 'x[1].b'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"":1,"":1}', ''],
  ])('refuses duplicate keys: %s', (body, where) => {
    expect(refusal(body)).toMatchObject({ code: 'json.duplicate_key', details: { field: where, value: where } });
  });

  it('shortens the path of a duplicate key', () => {
    const key = 'k'.repeat(5000);
    expect(String(refusal(`{"${key}":1,"${key}":2}`).details.value).length).toBeLessThanOrEqual(100);
  });

  it('allows the same key in different objects', () => {
    expect(parseJsonBody(bytesOf('[{"a":{"a":1}},{"a":1}]'))).toEqual([{ a: { a: 1 } }, { a: 1 }]);
  });

  it('keeps __proto__ and constructor as properties and changes no prototype', () => {
    const value = parseJsonBody(bytesOf('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect('polluted' in value).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  it.each(['9007199254740993', '9007199254740992', '-9007199254740993', '1e400', '-1e400', '1e3', '1E3', '1.0', '10e-1', '1e-400', '1.00000000000000000001'])(
    'refuses the number %s',
    (literal) => {
      expect(refusal(`{"a":[${literal}]}`)).toMatchObject({ code: 'number.format', details: { field: 'a[0]', value: literal } });
    },
  );

  it('accepts the largest exact number, zero, and fractions, which the rules of the field judge', () => {
    expect(parseJsonBody(bytesOf('[9007199254740991,0,1.5,1.5e-3]'))).toEqual([Number.MAX_SAFE_INTEGER, 0, 1.5, 0.0015]);
  });

  it('agrees with JSON.parse on what is JSON, also after random damage', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '{', '[', ':', '0', '1', '-', '.', 'e', '\\', '\\u12', '\n', '/', '\u0001', '\u00a0', '\v', 't'),
        fc.boolean(),
      )
      .map(([text, at, insert, cut]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + (cut ? 1 : 0));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged), (text) => {
        const expected = attempt(() => JSON.parse(new TextDecoder().decode(bytesOf(text))));
        const found = attempt(() => parseJsonBody(bytesOf(text)));
        if ('value' in found) expect(found).toEqual(expected);
        else if ('value' in expected) expect(['json.duplicate_key', 'number.format']).toContain((found.error as CodedError).code);
        else expect(found.error).toBeInstanceOf(CodedError);
      }),
      { numRuns: 3000 },
    );
  });

  it('answers any bytes with a value or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const found = attempt(() => parseJsonBody(bytes));
        if ('error' in found) expect(found.error).toBeInstanceOf(CodedError);
      }),
    );
  });
});

function attempt(read: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}
