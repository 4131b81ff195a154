import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 40;

/** Waits until it holds; throws when it does not within so long. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs: number, otherwise: string | (() => string)): Promise<void> {
  for (const begun = Date.now(); !(await holds()); await pause(LOOK_MS))
    if (Date.now() - begun > limitMs) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise());
}
