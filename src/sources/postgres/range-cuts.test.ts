import { describe, expect, it } from 'vitest';
import { type Cuts, edgeOf } from './range-cuts.ts';

const edges = (cuts: Cuts) => Array.from({ length: cuts.ranges + 1 }, (_, at) => edgeOf(cuts, at));
const at = (milliseconds: number) => new Date(milliseconds).toISOString();

describe('edgeOf', () => {
  it('begins and ends open, and cuts stretches of as many rows into as many ranges', () => {
    expect(edges({ bounds: [0, 100, 1_000], ranges: 4 })).toEqual([null, at(50), at(100), at(550), null]);
    expect(edges({ bounds: [0, 10, 30, 60, 100, 150, 210], ranges: 3 })).toEqual([null, at(30), at(100), null]);
  });

  it('has one range where nothing is known, and two where there is one place to cut', () => {
    expect(edges({ bounds: [], ranges: 1 })).toEqual([null, null]);
    expect(edges({ bounds: [7], ranges: 2 })).toEqual([null, at(7), null]);
  });

  it('never goes back, however many ranges there are', () => {
    const bounds = Array.from({ length: 101 }, (_, place) => 1.7e12 + place ** 3);
    const all = edges({ bounds, ranges: 333_333 }).slice(1, -1) as string[];
    expect(all.every((edge, place) => place === 0 || edge >= (all[place - 1] as string))).toBe(true);
    expect(new Set(all).size).toBeGreaterThan(250_000);
  });
});
