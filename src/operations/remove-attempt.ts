import { objectKey } from '../domain/artifact.ts';
import type { Storage } from '../storage/storage.ts';

/** Removes the objects of an attempt, the last part first: when this is broken off, whoever comes next finds the rest by their numbers. */
export async function removeAttempt(storage: Storage, tenantId: string, runId: string, attempt: number): Promise<void> {
  const keys: string[] = [];
  for (let part = 1; ; part += 1) {
    const key = objectKey(tenantId, runId, attempt, part);
    if ((await storage.size(key)) === null) break;
    keys.push(key);
  }
  for (const key of keys.reverse()) await storage.remove(key);
}
