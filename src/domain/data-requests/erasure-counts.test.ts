import { expect, it } from 'vitest';
import { afterWalk, NO_COUNTS, addRowsSince } from './erasure-counts.ts';

const counts = (more: object) => ({ ...NO_COUNTS, ...more });
const walk = (more: object) => ({ done: 0, uncertain: 0, turned: 0, ...more });

it('a walk says what is uncertain now, and what is done without it', () => {
  expect(afterWalk(counts({ found: 5, uncertain: 1 }), walk({ done: 4, uncertain: 1 }), true)).toEqual(counts({ found: 5, uncertain: 1, done: 4 }));
  expect(afterWalk(counts({ found: 5 }), walk({ done: 3, uncertain: 2, turned: 2 }), true)).toEqual(counts({ found: 5, uncertain: 2, done: 3 }));
  expect(afterWalk(counts({ found: 2, uncertain: 1 }), walk({ done: 2 }), true)).toEqual(counts({ found: 2, done: 2 }));
  // Somebody else's, it turned out.
  expect(afterWalk(counts({ found: 2, uncertain: 1 }), walk({ done: 1 }), true)).toEqual(counts({ found: 2, done: 1 }));
  // A letter that came since from an address that others have.
  expect(afterWalk(counts({ found: 1 }), walk({ done: 1, uncertain: 1 }), true)).toEqual(counts({ found: 2, uncertain: 1, done: 1 }));
});

it('rows of tables that are walked through with others are done with them', () => {
  expect(afterWalk(counts({ found: 3 }), walk({}), true)).toEqual(counts({ found: 3, done: 3 }));
  expect(afterWalk(counts({ found: 10 }), walk({ done: 2 }), true)).toEqual(counts({ found: 10, done: 10 }));
});

it('doing it again adds nothing, and takes nothing away', () => {
  const walked = walk({ done: 4, uncertain: 2, turned: 1 });
  const once = afterWalk(counts({ found: 6, uncertain: 1, kept: 3, ground: 'law' }), walked, true);
  expect(once).toEqual({ found: 6, uncertain: 2, kept: 3, done: 4, ground: 'law' });
  expect(afterWalk(once, walked, true)).toEqual(once);
});

it('a walk that was halted says no more than it saw', () => {
  const halted = afterWalk(counts({ found: 5, uncertain: 2 }), walk({ done: 1 }), false);
  expect(halted).toEqual(counts({ found: 5, uncertain: 2, done: 1 }));
  expect(afterWalk(counts({ found: 5 }), walk({ done: 1, uncertain: 1, turned: 1 }), false)).toEqual(counts({ found: 5, uncertain: 1, done: 1 }));
  expect(afterWalk(halted, walk({ done: 3, uncertain: 2 }), true)).toEqual(counts({ found: 5, uncertain: 2, done: 3 }));
  // All of what was uncertain went, and more is not known.
  expect(afterWalk(counts({ found: 1, uncertain: 1 }), walk({ done: 1 }), false)).toEqual(counts({ found: 1, done: 1 }));
});

it('what came since is found and kept beside what was, on the ground that was agreed to', () => {
  expect(addRowsSince(NO_COUNTS, { hers: 1, kept: 1, ground: 'law' })).toEqual(counts({ found: 1, kept: 1, ground: 'law' }));
  const before = counts({ found: 2, kept: 2, ground: 'law' });
  expect(addRowsSince(before, { hers: 3, kept: 1, ground: 'another law' })).toEqual(counts({ found: 3, kept: 3, ground: 'law' }));
  // One that was uncertain is hers by now: it was found before.
  expect(addRowsSince(counts({ found: 2, uncertain: 1 }), { hers: 2, kept: 0, ground: null })).toEqual(counts({ found: 2, uncertain: 1 }));
});

it('keeps no ground of rows that nobody can tell of any more', () => {
  expect(afterWalk(counts({ found: 1, kept: 1, ground: 'law' }), walk({ uncertain: 1, turned: 1 }), true)).toEqual(counts({ found: 1, uncertain: 1 }));
});
