import { flushCompileCache } from 'node:module';

let isKept = false;

/**
 * Keeps on disk what this thread has compiled, where the launcher asks for that: a thread that is ended does not by itself, and the next would
 * load the compiler of TypeScript (50 MB of memory, a tenth of a second) and begin anew. Call it when the thread has done something.
 */
export function keepCompiled(): void {
  if (isKept) return;
  isKept = true;
  flushCompileCache();
}
