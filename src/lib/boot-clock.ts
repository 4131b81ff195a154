import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** The clock of this machine that nobody can set. */
export interface BootClock {
  read(): BootReading;
}

export interface BootReading {
  /** Names this start of the machine. */
  readonly bootId: string;
  /** Since then, time asleep included. */
  readonly milliseconds: number;
}

/** Where the system does not name its starts, every start of this process is one. */
const OF_THIS_PROCESS = `process:${randomUUID()}`;

/**
 * Linux: CLOCK_BOOTTIME, as /proc/uptime shows it. Elsewhere the system's uptime. Not `performance.now()`: on Linux it stands still while the
 * machine sleeps.
 */
export const systemBootClock: BootClock = {
  read: () => ({ bootId: textOf('/proc/sys/kernel/random/boot_id') ?? OF_THIS_PROCESS, milliseconds: Math.round(secondsOf(textOf('/proc/uptime')) * 1_000) }),
};

function secondsOf(text: string | null): number {
  const seconds = Number(text?.split(' ')[0] ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : uptime();
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
