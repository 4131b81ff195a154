import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf } from '../lib/log.ts';
import { planDueRuns } from './plan-due-runs.ts';
import type { Services } from './services.ts';

/** A run starts at most about this long after its instant. */
const EVERY_MS = 1_000;
const AFTER_ERROR_MS = 5_000;

/**
 * Ticks until it is stopped; a tick that fails is tried again with the next. Any number of planners may run at once.
 * Returns how to stop: the tick that is going ends first.
 */
export function startPlanner(services: Services): () => Promise<void> {
  const stopping = new AbortController();
  const ended = (async () => {
    let isFirst = true;
    while (!stopping.signal.aborted) {
      const failed: boolean = await planDueRuns(services, isFirst).then(
        () => false,
        (error: unknown) => {
          services.log.warn({ event: 'planner.error', reason: reasonOf(error) });
          return true;
        },
      );
      isFirst &&= failed;
      await pause(failed ? AFTER_ERROR_MS : EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await ended;
  };
}
