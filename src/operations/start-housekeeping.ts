import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf } from '../lib/log.ts';
import { deleteFilesDue } from './delete-files.ts';
import { watchRetentionClock } from './retention-clock.ts';
import type { Services } from './services.ts';

/** How often the clocks are compared. */
const LOOK_MS = 10_000;
/** How often files are looked for that are to be deleted. */
const DELETE_MS = 60_000;

/**
 * Watches the clock and deletes what retention no longer keeps, until it is stopped; what fails is tried again with the next round. Any
 * number of processes may. Returns how to stop: the round that is going ends first.
 */
export function startHousekeeping(services: Services): () => Promise<void> {
  const stopping = new AbortController();
  const ended = (async () => {
    let isStart = true;
    let deletedAt = Number.NEGATIVE_INFINITY;
    while (!stopping.signal.aborted) {
      try {
        const look = await watchRetentionClock(services, isStart);
        if (look) isStart = false;
        if (performance.now() - deletedAt >= DELETE_MS) {
          deletedAt = performance.now();
          await deleteFilesDue(services, look);
        }
      } catch (error) {
        services.log.warn({ event: 'housekeeping.error', reason: reasonOf(error) });
      }
      await pause(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await ended;
  };
}
