import { Temporal } from 'temporal-polyfill';

/**
 * A stretch of time in which the clocks of a zone do not change: [start, end) in epoch milliseconds. `end` is the next change, or
 * Infinity; `start` the last one, or some time since that is long enough ago for nothing of a change to be left.
 * Offsets are milliseconds east of UTC: in the stretch, just before it, just after it.
 */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly before: number;
  readonly after: number;
}

/** Every zone for some twenty years; only somebody who asks for far centuries gets near it. */
const MOST_KNOWN = 20_000;

const LOOK_BACK = 366 * 86_400_000;
/** Until nothing of a change is left: farther than any zone has ever been from UTC, and longer than any clock went back. */
const TRACES = 3 * 86_400_000;
/** The first instant of Temporal and of Date. */
const FIRST_INSTANT = -8_640_000_000_000_000;

/** Stretches already looked up, of each zone in order. Only a memory: the answers are the same without it. */
const known = new Map<string, Stretch[]>();
let knownCount = 0;

/**
 * The stretch that holds `instant` (epoch milliseconds, whole). Asking Temporal takes up to milliseconds, the memory next to nothing.
 *
 * @param timeZone IANA name, link names too, in any case
 * @throws RangeError if it is none (an offset such as `+02:00` is none), or `instant` is outside what Temporal holds
 */
export function stretchAt(timeZone: string, instant: number): Stretch {
  const stretches = known.get(timeZone) ?? [];
  const place = countStartedBy(stretches, instant);
  const candidate = stretches[place - 1];
  if (candidate && instant < candidate.end) return candidate;
  const found = lookUp(timeZone, instant);
  if (knownCount >= MOST_KNOWN) {
    known.clear();
    knownCount = 0;
    stretches.length = 0;
  }
  stretches.splice(place, 0, found);
  known.set(timeZone, stretches);
  knownCount += 1;
  return found;
}

function countStartedBy(stretches: readonly Stretch[], instant: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const stretch = stretches[middle];
    if (stretch && stretch.start <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lookUp(timeZone: string, instant: number): Stretch {
  // Forwards from a year ago: Temporal's search backwards goes on to 1847 in a zone that does not change, and takes ten times as long.
  let from = zoned(timeZone, Math.max(instant - LOOK_BACK, FIRST_INSTANT));
  const asked = from;
  let before = offsetOf(from);
  let end = from.getTimeZoneTransition('next');
  while (end && end.epochMilliseconds <= instant) {
    before = offsetOf(from);
    from = end;
    end = from.getTimeZoneTransition('next');
  }
  const offset = offsetOf(from);
  // Where the search began is no change, and one may lie minutes before it: those first days are looked up anew.
  const start = from === asked ? Math.min(from.epochMilliseconds + TRACES, instant) : from.epochMilliseconds;
  return { start, end: end?.epochMilliseconds ?? Infinity, offset, before, after: end ? offsetOf(end) : offset };
}

function zoned(timeZone: string, instant: number): Temporal.ZonedDateTime {
  const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  // Temporal also reads a zone out of `+02:00`, `Z` and whole timestamps.
  if (/^[+-]/.test(timeZone) || at.timeZoneId.toLowerCase() !== timeZone.toLowerCase()) throw new RangeError(`No IANA time zone: ${timeZone}`);
  return at;
}

function offsetOf(at: Temporal.ZonedDateTime): number {
  return at.offsetNanoseconds / 1e6;
}
