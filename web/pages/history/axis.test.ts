import { describe, expect, it } from 'vitest';
import { axisAround, concurrencyOf, heightOf, move, SPANS, spanNameOf, ticksOf, zoom, zoomTo } from './axis.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const day = axisAround(NOW, SPANS['1d']);

describe('the axis', () => {
  it('has now in the middle', () => {
    expect(day).toEqual({ from: NOW - 12 * 3_600_000, to: NOW + 12 * 3_600_000 });
    expect(spanNameOf(day)).toBe('1d');
  });

  it('zooms about a point that stays where it is, within bounds', () => {
    const half = zoom(day, 0.5, day.from);
    expect(half).toEqual({ from: day.from, to: NOW });
    expect(spanNameOf(half)).toBe('own');
    expect(zoom(day, 0.000_001).to - zoom(day, 0.000_001).from).toBe(10 * 60_000);
    const widest = zoom(day, 1e9);
    expect(widest.to - widest.from).toBe(10 * 365 * 24 * 3_600_000);
    expect((widest.from + widest.to) / 2).toBe(NOW);
  });

  it('moves by a part of what is shown', () => {
    expect(move(day, 0.5)).toEqual({ from: NOW, to: NOW + 24 * 3_600_000 });
  });

  it('zooms to what was dragged over in either direction; a click is no drag', () => {
    expect(zoomTo(day, 0.75, 0.5)).toEqual({ from: NOW, to: NOW + 6 * 3_600_000 });
    expect(zoomTo(day, 0.5, 0.505)).toBeNull();
    const narrow = zoomTo({ from: 0, to: 30 * 60_000 }, 0.5, 0.6) as { from: number; to: number };
    expect(narrow.to - narrow.from).toBe(10 * 60_000);
  });

  it('marks round instants, never more than asked for', () => {
    const ticks = ticksOf(day, 8).map((at) => new Date(at).toISOString());
    expect(ticks[0]).toBe('2026-03-01T00:00:00.000Z');
    for (const span of Object.values(SPANS)) {
      const found = ticksOf(axisAround(NOW, span), 8);
      expect(found.length).toBeGreaterThan(2);
      expect(found.length).toBeLessThanOrEqual(9);
    }
  });
});

describe('concurrencyOf', () => {
  it('counts what goes on at the same time; what ends when another begins does not overlap it', () => {
    const steps = concurrencyOf([
      { from: 0, to: 10 },
      { from: 5, to: 20 },
      { from: 20, to: 30 },
    ]);
    expect(steps).toEqual([
      { at: 0, count: 1 },
      { at: 5, count: 2 },
      { at: 10, count: 1 },
      { at: 20, count: 1 },
      { at: 30, count: 0 },
    ]);
  });

  it('shows also what took no time', () => {
    expect(concurrencyOf([{ from: 3, to: 3 }])).toEqual([
      { at: 3, count: 1 },
      { at: 4, count: 0 },
    ]);
  });
});

describe('heightOf', () => {
  it('is 0 for nothing, 1 for the longest, and grows in between', () => {
    expect(heightOf(0, 3600)).toBe(0);
    expect(heightOf(3600, 3600)).toBe(1);
    expect(heightOf(60, 3600)).toBeGreaterThan(heightOf(10, 3600));
  });
});
