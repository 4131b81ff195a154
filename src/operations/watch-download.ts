import type { Readable } from 'node:stream';
import { CodedError } from '../errors.ts';

const EVERY_MS = 1_000;
/** An answer that takes longer than this is none. */
const PATIENCE_MS = 3_000;

/**
 * The same bytes, for as long as they may leave: `allow` is asked again and again while they are on their way, and once it refuses, or gives no
 * answer, the content ends with its error. So what expires, is deleted or withdrawn, or whose reader loses the right, stops within 5 seconds.
 */
export function watchDownload(content: Readable, allow: () => Promise<void>): Readable {
  let askedAt: number | null = null;
  const end = (error: unknown) => void content.destroy(error as Error);
  const timer = setInterval(() => {
    if (askedAt !== null) {
      // Looked at once more after the answers that lie there were heard: this thread may have been busy.
      setImmediate(() => {
        if (askedAt !== null && performance.now() - askedAt > PATIENCE_MS) end(new CodedError('service.unavailable'));
      });
      return;
    }
    askedAt = performance.now();
    allow().then(() => {
      askedAt = null;
    }, end);
  }, EVERY_MS);
  content.once('close', () => clearInterval(timer));
  return content;
}
