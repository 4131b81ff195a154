import type { Readable } from 'node:stream';
import { bundleNames } from '../domain/artifact.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { ProblemList } from '../domain/problem-list.ts';
import { CodedError, type ErrorCode } from '../errors.ts';
import { type Bundle, writeBundle } from '../pipeline/bundle.ts';
import { type ArtifactRecord, readArtifacts } from '../records/artifacts.ts';
import { recordActs } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { readObject, requireAvailable, stillAvailable } from './open-artifact.ts';
import type { Services } from './services.ts';
import { watchDownload } from './watch-download.ts';

const GONE: ReadonlySet<ErrorCode> = new Set(['artifact.gone', 'artifact.deleted', 'artifact.withdrawn', 'artifact.damaged']);
/** What is none cannot exist. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Opens several artifacts as one zip. Every one is on record as downloaded before the first byte leaves. `askWho` gives who asks, as their
 * session and roles are at that moment: it is asked again, with expiry and deletion, when the turn of each
 * file comes and while its bytes leave.
 * Error: `request.invalid` with `not_found`, `artifact.gone`, `artifact.deleted`, `artifact.withdrawn` or `artifact.damaged` for each id that cannot be had.
 */
export async function bundleArtifacts(services: Services, askWho: () => Promise<Actor>, ids: readonly string[]): Promise<Bundle & { readonly name: string }> {
  const actor = await askWho();
  const artifacts = await chosenArtifacts(services, actor, [...new Set(ids)]);
  const names = bundleNames(artifacts.map((one) => one.fileName));
  const bundle = writeBundle(
    artifacts.map((artifact, index) => ({
      name: names[index] as string,
      bytes: artifact.bytes,
      time: artifact.createdAt,
      open: () => openWatched(services, askWho, artifact),
    })),
  );
  const time = artifacts[0]?.readAt.toISOString().slice(0, 19).replace(/[-:]/g, '');
  return { ...bundle, name: `udm-${artifacts.length}-files-${time}Z.zip` };
}

async function openWatched(services: Services, askWho: () => Promise<Actor>, { id, bytes }: ArtifactRecord): Promise<Readable> {
  const allow = async () => stillAvailable(services, await askWho(), id);
  const content = await readObject(services, await allow(), { start: 0, end: bytes - 1 });
  return watchDownload(content, async () => void (await allow()));
}

async function chosenArtifacts(services: Services, actor: Actor, ids: readonly string[]): Promise<ArtifactRecord[]> {
  requirePermission(actor, 'artifacts.download');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const found = new Map(
      (
        await readArtifacts(
          tx,
          tenantId,
          ids.filter((id) => UUID.test(id)),
        )
      ).map((one) => [one.id, one]),
    );
    const problems = new ProblemList();
    const artifacts: ArtifactRecord[] = [];
    for (const [index, id] of ids.entries()) {
      const artifact = found.get(id);
      const code = !artifact || !may(actor, 'exports.see', artifact.catalog) ? 'not_found' : await whyNot(services, tx, actor, artifact);
      if (code !== null) problems.add(code, `ids[${index}]`, id);
      else if (artifact) artifacts.push(artifact);
    }
    problems.refuse();
    await recordActs(
      tx,
      artifacts.map(({ id }) => ({
        tenantId,
        actor: auditActor(actor),
        action: 'artifact.downloaded',
        object: { kind: 'artifact', id },
        detail: { bundleOf: artifacts.length },
      })),
    );
    return artifacts;
  });
}

async function whyNot(services: Services, tx: Tx, actor: Actor, artifact: ArtifactRecord): Promise<ErrorCode | null> {
  if (!may(actor, 'artifacts.download', artifact.catalog)) return 'permission.denied';
  try {
    await requireAvailable(services, tx, artifact);
    return null;
  } catch (error) {
    if (error instanceof CodedError && GONE.has(error.code)) return error.code;
    throw error;
  }
}
