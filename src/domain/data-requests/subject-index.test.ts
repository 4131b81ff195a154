import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSubjects, fractionOf, holdsSubject } from './subject-index.ts';

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
