import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf } from '../lib/log.ts';
import { openAuditChecker } from './check-audit.ts';
import { deletePackagesDue } from './data-requests/delete-packages.ts';
import { type RefusedSources, replayDue } from './data-requests/replay-ledger.ts';
import { tellOfDeadlines } from './data-requests/tell-of-deadlines.ts';
import { sweepCaseKeys } from './data-requests/sweep-case-keys.ts';
import { deleteFilesDue } from './delete-files.ts';
import { tellOfCertificates } from './notices.ts';
import { watchRetentionClock } from './retention-clock.ts';
import type { Services } from './services.ts';
import { sweepStorage } from './sweep-storage.ts';

/** How often the clocks are compared. */
const LOOK_MS = 10_000;
/** How often files are looked for that are to be deleted. */
const DELETE_MS = 60_000;
/** How often storage is compared with the rows. */
const SWEEP_MS = 3_600_000;
/** How often it is asked which audit logs are due to be looked at; each is once a day. */
const AUDIT_MS = 600_000;
/** How often certificates and deadlines of data requests are looked at whose end is near; each is told of once. */
const TELL_MS = 3_600_000;
/** So long after a look whether erasures are to be repeated in a source comes the next. */
const REPLAY_MS = 600_000;
/** How often keys of data requests are looked for that nothing needs any more. */
const KEYS_MS = 3_600_000;

/**
 * Watches the clock, deletes what retention no longer keeps, sweeps storage, looks at the audit logs, and repeats erasures in restored sources, until it is
 * stopped; what fails is tried again with the next round. Any number of processes may. Once stopped it only does the file in hand, and resolves.
 */
export async function startHousekeeping(services: Services, stopping: AbortSignal): Promise<void> {
  await Promise.all([keepHouse(services, stopping), repeatErasures(services, stopping)]);
}

async function keepHouse(services: Services, stopping: AbortSignal): Promise<void> {
  let isStart = true;
  const isDue = every(DELETE_MS);
  const isSweepDue = every(SWEEP_MS);
  const isTellDue = every(TELL_MS);
  const isKeysDue = every(KEYS_MS);
  const isAuditDue = every(AUDIT_MS);
  const audit = openAuditChecker(services);
  let isAuditDone = true;
  while (!stopping.aborted) {
    try {
      const look = await watchRetentionClock(services, isStart);
      if (look) isStart = false;
      if (isDue()) {
        await deleteFilesDue(services, look, stopping);
        await deletePackagesDue(services, look, stopping);
      }
      if (isSweepDue()) await sweepStorage(services, look, stopping);
      if (isTellDue()) {
        await tellOfCertificates(services);
        await tellOfDeadlines(services);
      }
      if (isKeysDue()) await sweepCaseKeys(services);
      if (isAuditDue() || !isAuditDone) isAuditDone = await audit.step(stopping);
    } catch (error) {
      if (!stopping.aborted) services.log.warn({ event: 'housekeeping.error', reason: reasonOf(error) });
    }
    await pause(LOOK_MS, undefined, { signal: stopping }).catch(() => {});
  }
}

/** By itself, as it may read a large source for hours, and nothing else is to wait for that. */
async function repeatErasures(services: Services, stopping: AbortSignal): Promise<void> {
  const refused: RefusedSources = new Map();
  while (!stopping.aborted) {
    try {
      await replayDue(services, stopping, refused);
    } catch (error) {
      if (!stopping.aborted) services.log.warn({ event: 'housekeeping.error', reason: reasonOf(error) });
    }
    await pause(REPLAY_MS, undefined, { signal: stopping }).catch(() => {});
  }
}

/** True at the first question, and whenever so much time has passed since it last was. */
function every(milliseconds: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < milliseconds) return false;
    last = now;
    return true;
  };
}
