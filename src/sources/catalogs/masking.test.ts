import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGS } from './all-catalogs.ts';
import type { Field } from './catalog.ts';
import { describeFields } from './describe-fields.ts';
import { isShown, sampleCell } from './masking.ts';

const field = (part: Partial<Field>): Field => ({ column: 'x', type: 'string', nullable: true, ...part });
const everyField = [...CATALOGS.values()].flatMap((catalog) =>
  catalog.types.flatMap((type) =>
    type.entityTypes.flatMap((entity) => Object.entries(entity.fields).map(([name, one]) => [`${entity.name}.${name}`, one] as const)),
  ),
);

describe('what a sample shows', () => {
  it.each([
    ['a number', field({ type: 'integer' }), 7, { value: 7 }],
    ['yes or no', field({ type: 'boolean' }), false, { value: false }],
    ['a time', field({ format: 'date-time' }), '2026-01-02T03:04:05.678901+00:00', { value: '2026-01-02T03:04:05.678901+00:00' }],
    ['a date', field({ format: 'date' }), '2026-01-02', { value: '2026-01-02' }],
    ['a code', field({ coded: true }), 'text/html', { value: 'text/html' }],
    ['no value', field({ coded: true }), null, null],
    ['no masked value', field({}), null, null],
  ])('%s', (_name, one, raw, cell) => expect(sampleCell(one, raw)).toEqual(cell));

  it.each([
    ['text', field({}), 9, 10],
    ['empty text', field({}), 0, 0],
    ['long text', field({}), 1_001, null],
    ['a number that names a person', field({ type: 'integer', identifies: 'employee' }), 6, 10],
    ['a code that names a person', field({ coded: true, identifies: 'name' }), 3, 10],
    ['a list', field({ type: 'array' }), 11, 100],
    ['anything', field({ type: 'any' }), 1_000, 1_000],
    ['bytes', field({ type: 'base64' }), 5, 10],
  ])('of %s only how large it is at most', (_name, one, size, upTo) => expect(sampleCell(one, size)).toEqual({ upTo }));

  it.each([
    ['a code', field({ coded: true }), 'Please call Ada, she is cross'],
    ['a long code', field({ coded: true }), 'x'.repeat(41)],
    ['a time', field({ format: 'date-time' }), 'Ada 2026-01-02T03:04:05Z'],
    ['a time with more behind it', field({ format: 'date-time' }), '2026-01-02T03:04:05Z\nAda'],
    ['a date', field({ format: 'date' }), 'Ada'],
    ['a number', field({ type: 'integer' }), '+49 30 123456'],
    ['yes or no', field({ type: 'boolean' }), 'Ada'],
  ])('nothing of %s whose column holds something else', (_name, one, raw) => expect(sampleCell(one, raw)).toHaveProperty('upTo'));

  it('of the built-in catalogs, whatever the value, is a value only where the field is neither free text nor tells of a person', () => {
    fc.assert(
      fc.property(fc.constantFrom(...everyField), fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), fc.integer(), fc.jsonValue()), ([, one], raw) => {
        const cell = sampleCell(one, raw);
        const mayShow = one.identifies === undefined && (one.type !== 'string' || one.coded === true || one.format !== undefined);
        if (!mayShow) expect(cell === null || 'upTo' in cell).toBe(true);
      }),
    );
  });

  it('of the built-in catalogs leaves out everything whose name speaks of a person', () => {
    const speaking = /name$|address|phone|email|subject|text$|comment|customer(Id|Number)|contactId|agent$|user$|personal|mailbox/i;
    const known = new Set(['eventName', 'webSafeEmailStatus']);
    const wrong = everyField.filter(([name, one]) => speaking.test(name.split('.')[1] ?? '') && !known.has(name.split('.')[1] ?? '') && isShown(one));
    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});

describe('the fields of a type', () => {
  it('come with what they mean, nested lists and attachments included; none of an unknown type', () => {
    const ucsx = CATALOGS.get('ucsx');
    if (!ucsx) throw new Error('no catalog');
    const [contact] = describeFields(ucsx, 'Contact') ?? [];
    const named = (name: string) => contact?.fields.find((one) => one.name === name);
    expect(named('emailAddress')).toEqual({
      name: 'emailAddress',
      type: 'string',
      format: null,
      title: 'Primary e-mail address',
      nullable: true,
      identifies: 'email',
      shown: false,
    });
    expect(named('attributes')).toMatchObject({ type: 'array', shown: false });
    expect(named('attributes[].isPrimary')).toMatchObject({ type: 'boolean', shown: false });
    const emails = describeFields(ucsx, 'Interaction')?.[0];
    expect(emails?.attachments.map((one) => one.name)).toContain('content');
    expect(describeFields(ucsx, 'Nothing')).toBeNull();
  });
});
