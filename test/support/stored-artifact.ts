import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { App } from '../../src/app.ts';
import { objectKey } from '../../src/domain/artifact.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { insertArtifact } from '../../src/records/artifacts.ts';
import { inTenant } from '../../src/records/database.ts';

/**
 * A file of holes with a mark every so many bytes, which takes no room on the disk, as a further part of a run that has ended. `hash`: its SHA-256
 * is on record; without it some other text is, which nobody compares.
 */
export async function storeSparse(
  app: App,
  actor: Actor,
  { runId, part, bytes, markEvery, hash }: { runId: string; part: number; bytes: number; markEvery: number; hash: boolean },
): Promise<{ id: string; sha256: string }> {
  const { tenantId } = actor;
  const key = objectKey(tenantId, runId, 1, part);
  const file = path.join(app.dataFolder, 'artifacts', 'sealed', key);
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'w');
  await handle.truncate(bytes);
  for (let at = 0; at < bytes - 20; at += markEvery) await handle.write(`mark ${at}`, at);
  await handle.close();
  const digest = createHash('sha256').update(key);
  const whole = createHash('sha256');
  if (hash) for await (const chunk of await app.services.storage.read(key)) whole.update(chunk as Buffer);
  const sha256 = (hash ? whole : digest).digest('hex');
  const row = { tenantId, runId, part, fileName: `long-${part}.zip.p7m`, objectKey: key, rows: 1, bytes, sha256, retentionDays: 30 };
  return { id: await inTenant(app.services.database, tenantId, (tx) => insertArtifact(tx, row)), sha256 };
}

/** Stores these bytes as a further part of a run that has ended; gives the id of the artifact. */
export async function storeArtifact(app: App, actor: Actor, runId: string, part: number, bytes: Buffer, fileName: string): Promise<string> {
  const { tenantId } = actor;
  const key = objectKey(tenantId, runId, 1, part);
  const upload = await app.services.storage.create(key);
  await upload.write(bytes);
  await upload.seal();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return inTenant(app.services.database, tenantId, (tx) =>
    insertArtifact(tx, { tenantId, runId, part, fileName, objectKey: key, rows: 1, bytes: bytes.length, sha256, retentionDays: 30 }),
  );
}
