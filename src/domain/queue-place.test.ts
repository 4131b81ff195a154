import { describe, expect, it } from 'vitest';
import { placeInQueue } from './queue-place.ts';

describe('placeInQueue', () => {
  it('gives a range from quick side by side to slow one after another', () => {
    expect(placeInQueue({ ahead: 3, running: 2, low: 10, high: 40 })).toEqual({ ahead: 3, secondsFrom: 15, secondsTo: 120 });
  });

  it('never divides by more than are ahead, nor by none', () => {
    expect(placeInQueue({ ahead: 1, running: 4, low: 10, high: 10 })).toEqual({ ahead: 1, secondsFrom: 10, secondsTo: 10 });
    expect(placeInQueue({ ahead: 2, running: 0, low: 1.5, high: 2.2 })).toEqual({ ahead: 2, secondsFrom: 3, secondsTo: 5 });
  });

  it('says nothing of time when it knows nothing, and that the first in line is next', () => {
    expect(placeInQueue({ ahead: 2, running: 1, low: null, high: null })).toEqual({ ahead: 2, secondsFrom: null, secondsTo: null });
    expect(placeInQueue({ ahead: 0, running: 0, low: null, high: null })).toEqual({ ahead: 0, secondsFrom: 0, secondsTo: 0 });
  });
});
