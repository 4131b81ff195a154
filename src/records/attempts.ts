import { CompiledQuery } from 'kysely';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { ATTEMPT_LIMITS, type AttemptKind, attemptWaitSeconds, KNOWN_SECONDS, LEVEL_SECONDS } from '../domain/attempt-limits.ts';
import type { Database } from './database.ts';

/** Attempts to sign in, counted in the database by rate-limiter-flexible: every process sees the same counters. Keys are keyed hashes. */
export interface Attempts {
  /** Counts one attempt. The seconds to wait when there were too many, null when it may go on. */
  take(kind: AttemptKind, key: string): Promise<number | null>;
  /** Takes one attempt back: it was right. */
  giveBack(kind: AttemptKind, key: string): Promise<void>;
  /** Forgets the attempts and how often the limit was reached. */
  forget(kind: AttemptKind, key: string): Promise<void>;
  noteKnown(key: string): Promise<void>;
  isKnown(key: string): Promise<boolean>;
}

const made = new WeakMap<Database, Attempts>();

/** The counters of a database; a process needs one set of them. */
export function attemptsOf(database: Database): Attempts {
  const found = made.get(database) ?? makeAttempts(database);
  made.set(database, found);
  return found;
}

function makeAttempts(database: Database): Attempts {
  const kinds = Object.keys(ATTEMPT_LIMITS) as AttemptKind[];
  const counters = new Map(kinds.map((kind) => [kind, limiter(database, kind, ATTEMPT_LIMITS[kind].most, ATTEMPT_LIMITS[kind].seconds, kind === 'pair')]));
  const counter = (kind: AttemptKind) => counters.get(kind) as RateLimiterPostgres;
  const levels = limiter(database, 'level', 1_000_000, LEVEL_SECONDS);
  const known = limiter(database, 'known', 1_000_000, KNOWN_SECONDS);
  return {
    async take(kind, key) {
      try {
        await counter(kind).consume(key);
        return null;
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        if (error.consumedPoints > ATTEMPT_LIMITS[kind].most + 1) return Math.max(Math.ceil(error.msBeforeNext / 1_000), 1);
        // Exactly one of those who came at once passed the limit first.
        const level = await levels.penalty(`${kind}:${key}`);
        const wait = attemptWaitSeconds(level.consumedPoints);
        await counter(kind).block(key, wait);
        return wait;
      }
    },
    async giveBack(kind, key) {
      await counter(kind).reward(key);
    },
    async forget(kind, key) {
      await counter(kind).delete(key);
      await levels.delete(`${kind}:${key}`);
    },
    async noteKnown(key) {
      await known.set(key, 1, KNOWN_SECONDS);
    },
    async isKnown(key) {
      return (await known.get(key)) !== null;
    },
  };
}

function limiter(database: Database, keyPrefix: string, points: number, duration: number, clearExpiredByTimeout = false): RateLimiterPostgres {
  // Its statements go the way all others go; it wants an answer as of the driver.
  const query = async ({ text, values }: { text: string; values?: unknown[] }) => {
    const { rows, numAffectedRows } = await database.executeQuery(CompiledQuery.raw(text, values ?? []));
    return { rows, rowCount: Number(numAffectedRows ?? rows.length) };
  };
  const storeClient = { query };
  return new RateLimiterPostgres({
    storeClient,
    storeType: 'client',
    tableName: 'attempt',
    tableCreated: true,
    keyPrefix,
    points,
    duration,
    clearExpiredByTimeout,
  });
}
