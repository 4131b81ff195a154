import { createHash } from 'node:crypto';
import type { App } from '../../src/app.ts';
import { objectKey } from '../../src/domain/artifact.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { insertArtifact } from '../../src/records/artifacts.ts';
import { inTenant } from '../../src/records/database.ts';

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
