import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { CodedError, type Problem } from '../errors.ts';
import { type JobFacts, parseJobDraft } from './job-draft.ts';
import { hasControlCharacters } from './text-checks.ts';

const CERTIFICATE = '0b5c7f2e-8a53-4a0e-9f3c-1d2e3f4a5b6c';
const OTHER = '7d8e9f00-1a2b-4c3d-8e4f-5a6b7c8d9e0f';
const facts: JobFacts = {
  now: new Date('2026-06-01T12:00:00.000Z'),
  timeZone: 'Europe/Berlin',
  sources: [
    {
      name: 'UCSX',
      types: [
        { type: 'Interaction', entityTypes: ['Email', 'Chat', 'Voice'], hasTime: true },
        { type: 'Contact', entityTypes: ['Contact'], hasTime: false },
      ],
    },
    { name: 'IWD', types: [{ type: 'Event', entityTypes: ['Work Item'], hasTime: true }] },
  ],
  certificateIds: [CERTIFICATE, OTHER],
};
const good = {
  title: 'Weekly',
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: 'all',
  run: { kind: 'once', start: 'immediately' },
  range: { kind: 'all' },
  recipients: [CERTIFICATE],
};
/** What is added to it when nothing is said. */
const stored = { ...good, timeZone: 'Europe/Berlin', missedRuns: 'latest', splitMegabytes: null, compression: 'fast', format: 'jsonl', csvFormulas: 'keep' };

function problemsOf(input: unknown): readonly Problem[] {
  try {
    parseJobDraft(input, facts);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'request.invalid') return error.details.problems ?? [];
    throw error;
  }
  return [];
}

const withChange = (change: Record<string, unknown>) => problemsOf({ ...good, ...change });
const short = (problems: readonly Problem[]) => problems.map((one) => `${one.code} ${one.field}`);

describe('parseJobDraft: what it accepts', () => {
  it('gives a good draft back', () => {
    expect(parseJobDraft(good, facts)).toEqual(stored);
    expect(parseJobDraft(stored, facts)).toEqual(stored);
  });

  it('trims, normalises line breaks and ids, and leaves an empty description out', () => {
    const draft = parseJobDraft({ ...good, title: '  a b ', description: ' one\r\n\ttwo \n', recipients: [CERTIFICATE.toUpperCase()] }, facts);
    expect(draft).toMatchObject({ title: 'a b', description: 'one\n\ttwo', recipients: [CERTIFICATE] });
    expect('description' in parseJobDraft({ ...good, description: ' \n' }, facts)).toBe(false);
    expect('description' in parseJobDraft({ ...good, description: null }, facts)).toBe(false);
  });

  it.each(['../../x', 'CON', 'a/b:c*?', '=cmd()', '<script>', 'שלום', '👩‍👩‍👧', '😀'.repeat(200)])('accepts the title %s as text (cases 4, 5)', (title) => {
    expect(parseJobDraft({ ...good, title }, facts).title).toBe(title);
  });

  it('reads what JSON.parse and a body without prototypes give', () => {
    expect(parseJobDraft(Object.assign(Object.create(null), good), facts)).toEqual(stored);
  });
});

describe('parseJobDraft: title and description', () => {
  it.each([undefined, null, '', '   '])('asks for a title instead of %j (case 1)', (title) => {
    expect(short(withChange({ title }))).toEqual(['title.required title']);
  });

  it('refuses 10,000 characters with the limit and a short value (case 2)', () => {
    const [problem, ...rest] = withChange({ title: 'x'.repeat(10_000) });
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ code: 'title.too_long', field: 'title', range: { max: 200 } });
    expect(String(problem?.value).length).toBe(100);
    expect(withChange({ title: 'x'.repeat(200) })).toEqual([]);
    expect(short(withChange({ title: 'x'.repeat(201) }))).toEqual(['title.too_long title']);
  });

  it.each([
    '\0',
    '\r',
    '\n',
    '\t',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
    '\ud800',
    '\udc00',
  ])('refuses %j anywhere in the title and shows it escaped (case 3)', (character) => {
    for (const title of [`a${character}b`, `${character}a`, `a${character}`]) {
      const [problem, ...rest] = withChange({ title });
      expect(rest).toEqual([]);
      expect(problem?.code).toBe('title.control_characters');
      expect(problem?.value).toBe(title.replace(character, `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
    }
  });

  it('judges the description likewise, but allows line breaks', () => {
    expect(short(withChange({ description: 'x'.repeat(2001) }))).toEqual(['description.too_long description']);
    expect(short(withChange({ description: 'a\0' }))).toEqual(['description.control_characters description']);
    expect(short(withChange({ description: 'a\u202eb' }))).toEqual(['description.control_characters description']);
    expect(short(withChange({ description: 5 }))).toEqual(['field.type description']);
    expect(withChange({ description: `a\r\nb\n${'x'.repeat(1900)}` })).toEqual([]);
  });
});

describe('parseJobDraft: source, type, entity types', () => {
  it('lists the sources for an unknown one (case 6)', () => {
    expect(withChange({ source: 'ucsx' })).toEqual([{ code: 'source.unknown', field: 'source', value: 'ucsx', range: ['UCSX', 'IWD'] }]);
    expect(short(withChange({ source: undefined }))).toEqual(['field.required source']);
    expect(short(withChange({ source: ['UCSX'] }))).toEqual(['field.type source']);
  });

  it('lists the types for one that the source lacks (case 7)', () => {
    expect(withChange({ type: 'Event' })).toEqual([{ code: 'type.not_supported', field: 'type', value: 'Event', range: ['Interaction', 'Contact'] }]);
    expect(short(withChange({ type: null }))).toEqual(['field.required type']);
    expect(short(withChange({ type: 1 }))).toEqual(['field.type type']);
  });

  it.each([[[]], [undefined], [null]])('asks for an entity type instead of %j (case 8)', (entityTypes) => {
    expect(short(withChange({ entityTypes }))).toEqual(['entity_types.empty entityTypes']);
  });

  it('names the place of a duplicate, unknown or wrongly spelt entity type (case 9)', () => {
    expect(withChange({ entityTypes: ['Email', 'Email', 'chat', 7, 'Voice'] })).toEqual([
      { code: 'entity_types.unknown', field: 'entityTypes[1]', value: 'Email', range: ['Email', 'Chat', 'Voice'] },
      { code: 'entity_types.unknown', field: 'entityTypes[2]', value: 'chat', range: ['Email', 'Chat', 'Voice'] },
      { code: 'entity_types.unknown', field: 'entityTypes[3]', value: 7, range: ['Email', 'Chat', 'Voice'] },
    ]);
    expect(short(withChange({ entityTypes: 'Email' }))).toEqual(['field.type entityTypes']);
    expect(parseJobDraft({ ...good, entityTypes: ['Voice', 'Email'] }, facts).entityTypes).toEqual(['Voice', 'Email']);
  });
});

describe('parseJobDraft: date range', () => {
  it('reports what is wrong with the range, and offers a type without time only all data', () => {
    expect(short(withChange({ range: { kind: 'last', count: 0, unit: 'hour' } }))).toEqual(['range.value range.count']);
    const contacts = { type: 'Contact', range: { kind: 'last', count: 1, unit: 'day' } };
    expect(withChange(contacts)).toEqual([{ code: 'range.kind', field: 'range.kind', value: 'last', range: ['all'] }]);
    expect(withChange({ type: 'Contact' })).toEqual([]);
  });
});

describe('parseJobDraft: recipients and properties', () => {
  it.each([[[]], [undefined], [null]])('asks for a recipient instead of %j', (recipients) => {
    expect(short(withChange({ recipients }))).toEqual(['recipients.required recipients']);
  });

  it('names the place of an unknown, repeated or malformed recipient', () => {
    const foreign = '11111111-2222-4333-8444-555555555555';
    expect(short(withChange({ recipients: [CERTIFICATE, foreign, CERTIFICATE.toUpperCase(), 'x', 5, OTHER] }))).toEqual(
      [1, 2, 3, 4].map((index) => `recipients.unknown recipients[${index}]`),
    );
    expect(short(withChange({ recipients: CERTIFICATE }))).toEqual(['field.type recipients']);
  });

  it('refuses unknown properties without repeating their values, __proto__ and constructor too (case 27)', () => {
    const body = JSON.parse(`${JSON.stringify(good).slice(0, -1)},"password":"secret","__proto__":{"title":"x"},"constructor":1,"Title":"x"}`);
    expect(short(problemsOf(body))).toEqual(['password', '__proto__', 'constructor', 'Title'].map((name) => `property.unknown ${name}`));
    expect(JSON.stringify(problemsOf(body))).not.toContain('secret');
    expect(short(withChange({ range: JSON.parse('{"kind":"all","__proto__":1}') }))).toEqual(['property.unknown range.__proto__']);
    expect(short(withChange({ ['k'.repeat(5000)]: 1 }))[0]?.length).toBeLessThanOrEqual('property.unknown '.length + 100);
  });

  it('does not take a title from a prototype', () => {
    const { title: _, ...rest } = good;
    expect(short(problemsOf(Object.assign(Object.create({ title: 'inherited' }), rest)))).toEqual(['title.required title']);
  });

  it.each([
    'id',
    'tenantId',
    'status',
    'state',
    'createdBy',
    'createdAt',
    'owner',
    'version',
    'lastRun',
    'may',
    'sentence',
    'nextRunAt',
    'exportedUpTo',
    'suppressedRuns',
  ])('refuses to be told %s (case 28)', (name) => {
    expect(short(withChange({ [name]: 'x' }))).toEqual([`property.read_only ${name}`]);
  });

  it.each([null, undefined, [], 'x', 5])('refuses %j as a draft', (input) => {
    expect(short(problemsOf(input))).toEqual(['field.type ']);
  });

  it('says everything at once, in the order of the form', () => {
    expect(short(problemsOf({ extra: 1 }))).toEqual([
      'title.required title',
      'field.required source',
      'field.required type',
      'entity_types.empty entityTypes',
      'run.invalid run',
      'range.required range',
      'recipients.required recipients',
      'property.unknown extra',
    ]);
  });

  it('stops at 100 problems', () => {
    expect(withChange({ entityTypes: Array.from({ length: 5000 }, () => 'x') })).toHaveLength(100);
  });
});

describe('parseJobDraft: properties', () => {
  const loose = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true }),
    fc.constantFrom('all', 'once', 'immediately', 'UCSX', 'Interaction', CERTIFICATE, [CERTIFICATE], ['Email'], 'Europe/Kiev', 'latest'),
  );
  const field = fc.constantFrom(...Object.keys(stored));

  it('answers anything with a draft or request.invalid, and with short values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(field, fc.string()), loose), loose, (change, whole) => {
        for (const input of [whole, change, { ...good, ...change }]) {
          for (const problem of problemsOf(input)) expect(JSON.stringify(problem).length).toBeLessThan(1500);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same draft when its own result is read again', () => {
    const instants = fc.date({ min: new Date('1980-01-01'), max: new Date('2026-05-01'), noInvalidDate: true });
    const ranges = fc.oneof(
      fc.record({
        kind: fc.constant('last'),
        count: fc.integer({ min: 1, max: 100_000 }),
        unit: fc.constantFrom('hour', 'day', 'week', 'month'),
        calendar: fc.boolean(),
      }),
      fc
        .record({ from: instants, length: fc.integer({ min: 1, max: 1e9 }), offset: fc.constantFrom('UTC', '+05:45', '-09:30') })
        .map(({ from, length, offset }) => ({
          kind: 'fixed',
          from: Temporal.Instant.fromEpochMilliseconds(from.getTime()).toString({ timeZone: offset }),
          to: new Date(from.getTime() + length).toISOString(),
        })),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }).filter((one) => one.trim() !== ''),
        ranges,
        (title, range) => {
          fc.pre(!hasControlCharacters(title));
          const draft = parseJobDraft({ ...good, title, range }, facts);
          expect(parseJobDraft(draft, facts)).toEqual(draft);
          if (draft.range.kind === 'fixed') expect(Temporal.Instant.compare(draft.range.from, draft.range.to)).toBe(-1);
        },
      ),
    );
  });
});
