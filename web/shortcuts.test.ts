import { describe, expect, it } from 'vitest';
import { type Shortcut, shortcutFor } from './shortcuts.ts';

const all: readonly Shortcut[] = [
  { keys: 'g j', label: 'Jobs' },
  { keys: 'g h', label: 'History' },
  { keys: 'n', label: 'New job' },
  { keys: '/', label: 'Search' },
  { keys: 'j', label: 'Next row' },
];
const labelOf = (before: [string, number] | undefined, now: [string, number], shortcuts = all) =>
  shortcutFor(shortcuts, before && { key: before[0], at: before[1] }, { key: now[0], at: now[1] })?.label;

describe('shortcutFor', () => {
  it('takes a key, or two in a row', () => {
    expect(labelOf(undefined, ['n', 0])).toBe('New job');
    expect(labelOf(['g', 0], ['j', 500])).toBe('Jobs');
    expect(labelOf(['g', 0], ['h', 500])).toBe('History');
    expect(labelOf(undefined, ['g', 0])).toBeUndefined();
  });

  it('forgets the first key after a while, and lets the second speak for itself', () => {
    expect(labelOf(['g', 0], ['j', 2_001])).toBe('Next row');
    expect(labelOf(['g', 0], ['h', 2_001])).toBeUndefined();
    expect(labelOf(['x', 0], ['n', 10])).toBe('New job');
  });

  it('lets the page have the last word', () => {
    expect(labelOf(undefined, ['n', 0], [...all, { keys: 'n', label: 'Next gap' }])).toBe('Next gap');
  });
});
