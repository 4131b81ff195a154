/**
 * How many sign-ins may be tried. Attempts are counted before the password is looked at, and given back when it was right. A guesser who
 * knows a name must not lock its owner out: who comes with the mark of an earlier sign-in, or from an address that signed in before, has
 * counters of their own and is not counted with strangers.
 */

export interface AttemptLimit {
  readonly most: number;
  readonly seconds: number;
}

export const ATTEMPT_LIMITS = {
  /** One name from one address, or from one device that signed in before. */
  pair: { most: 10, seconds: 900 },
  /** Any names from one address. */
  address: { most: 100, seconds: 900 },
  /** One name from all strangers together. */
  name: { most: 50, seconds: 900 },
  /** One tenant from all strangers together. */
  tenant: { most: 500, seconds: 900 },
  /** Codes of one person's second factor, wherever they are typed: their password is known by then. */
  code: { most: 10, seconds: 900 },
} as const satisfies Record<string, AttemptLimit>;

export type AttemptKind = keyof typeof ATTEMPT_LIMITS;

/** How long the number of times that a limit was reached is remembered. */
export const LEVEL_SECONDS = 86_400;
/** How long an address counts as known to a name. */
export const KNOWN_SECONDS = 30 * 86_400;

const FIRST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3_600;

/** The wait after a limit was reached for the n-th time of a day: a minute, then twice as long each time, an hour at most. */
export function attemptWaitSeconds(times: number): number {
  return Math.min(FIRST_WAIT_SECONDS * 2 ** (Math.max(times, 1) - 1), LONGEST_WAIT_SECONDS);
}

/** What counts as one address: with IPv6 a customer has 2^64 of them, so the network does. */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(8 - left.length - right.length, 0)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
