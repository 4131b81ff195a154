import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSubjects, fractionOf, holdsSubject, SubjectSet } from './subject-index.ts';

const hashOf = (value: string) => fractionOf(createHash('sha256').update(value).digest());

describe('the subject index', () => {
  it('holds everyone who was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 7, maxLength: 16 }), { maxLength: 200 }), (hashes) => {
        const fractions = hashes.map(fractionOf);
        const index = encodeSubjects(fractions);
        return fractions.every((one) => one >= 0 && one < 1 && holdsSubject(index, [one]));
      }),
    );
  });

  it('is the same whatever the order and however often somebody occurs', () => {
    const people = Array.from({ length: 500 }, (_, index) => hashOf(`p${index}`));
    expect(encodeSubjects([...people].reverse().concat(people))).toEqual(encodeSubjects(people));
  });

  it('has the layout that is written down, also when it is gathered piece by piece', () => {
    const fraction = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 53 - 1 }).map((one) => one / 2 ** 53),
      fc.constantFrom(0, 0.5, 0.5 + 2 ** -53, 1 - 2 ** -53),
    );
    fc.assert(
      fc.property(fc.array(fc.array(fraction, { maxLength: 60 }), { maxLength: 4 }), (pieces) => {
        const people = [...new Set(pieces.flat())].sort((one, other) => one - other);
        const positions = people.map((one) => Math.floor(one * people.length * 65_536));
        const gaps = positions.map((position, at) => position - (positions[at - 1] ?? 0));
        const bits = gaps.map((gap) => `${'1'.repeat(Math.floor(gap / 65_536))}0${(gap % 65_536).toString(2).padStart(16, '0')}`).join('');
        const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
        const head = Buffer.from('USX1\x10\0\0\0\0', 'latin1');
        head.writeUInt32BE(people.length, 5);
        const written = Buffer.concat([head, Buffer.from(bytes)]);
        const set = new SubjectSet();
        for (const piece of pieces) set.add(Float64Array.from(piece));
        expect(encodeSubjects(pieces.flat())).toEqual(written);
        expect(set.encode()).toEqual(written);
      }),
    );
  });

  it('of more than are gathered at once is that of all', () => {
    const people = Array.from({ length: 700_000 }, (_, index) => ((index * 2_654_435_761) % 2 ** 32) / 2 ** 32);
    const set = new SubjectSet();
    for (let at = 0; at < people.length; at += 90_000) set.add(Float64Array.from(people.slice(at, at + 200_000)));
    expect(set.encode().equals(encodeSubjects(people))).toBe(true);
  });

  it('takes about 17.5 bits of each, and errs once in 65,536 times', () => {
    const people = Array.from({ length: 100_000 }, (_, index) => hashOf(`p${index}`));
    const index = encodeSubjects(people);
    expect((index.length * 8) / people.length).toBeLessThan(17.7);
    let wrong = 0;
    for (let asked = 0; asked < 300; asked++) if (holdsSubject(index, [hashOf(`other ${asked}`)])) wrong++;
    expect(wrong).toBeLessThanOrEqual(1);
    expect(holdsSubject(index, [...Array.from({ length: 5 }, (_, asked) => hashOf(`other ${asked}`)), hashOf('p77777')])).toBe(true);
  });

  it('of nobody holds nobody', () => {
    expect(holdsSubject(encodeSubjects([]), [hashOf('a')])).toBe(false);
    expect(holdsSubject(encodeSubjects([hashOf('a')]), [])).toBe(false);
  });

  it('refuses bytes that are none, and says when they are cut', () => {
    const people = Array.from({ length: 50 }, (_, index) => hashOf(`p${index}`));
    const index = encodeSubjects(people);
    expect(() => holdsSubject(Buffer.from('something else'), people)).toThrow('no subject index');
    expect(() => holdsSubject(index.subarray(0, 20), [1 - 2 ** -53])).toThrow('cut');
  });
});
