import { artifactState } from '../domain/artifact.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError, type ErrorCode } from '../errors.ts';
import { checkEnvelope } from '../pipeline/check-envelope.ts';
import type { PrivateKey } from '../pipeline/primitives.ts';
import { NODE_PRIMITIVES } from '../pipeline/primitives-node.ts';
import { NOWHERE, readArchive } from '../pipeline/read-archive.ts';
import { readArtifact } from '../records/artifacts.ts';
import { inTenant } from '../records/database.ts';
import { readPackage } from '../records/data-requests/packages.ts';
import type { CheckFinding } from './check-finding.ts';
import { checkRows } from './check-rows.ts';
import type { Services } from './services.ts';
import { countExpectedObjects, damageOf, findUnlisted, listExpectedObjects, listExpectedPackages, type TenantObject } from './survey-storage.ts';
import { TEMPORARY_GRACE_MS } from './sweep-storage.ts';

export interface CheckRequest {
  /** Reads every file to its end. */
  readonly readData: boolean;
  /** With it, files that are encrypted to it are decrypted, unpacked and compared with their manifests, too; nothing is written. */
  readonly key?: PrivateKey | undefined;
  readonly onProgress?: ((progress: CheckProgress) => void) | undefined;
}

export interface CheckProgress {
  readonly files: number;
  /** Bytes that were read. */
  readonly bytes: number;
  /** What there was to check when it began. */
  readonly total: { readonly files: number; readonly bytes: number };
}

export interface CheckReport {
  readonly files: number;
  /** Bytes that were read. */
  readonly bytes: number;
  readonly manifests: number;
  /** Files that were decrypted and checked inside, and those that this key does not open. */
  readonly opened: number;
  readonly notForKey: number;
  readonly findings: readonly CheckFinding[];
}

interface Counts {
  files: number;
  bytes: number;
  opened: number;
  notForKey: number;
}

/**
 * Compares storage with the rows of all tenants, and the rows with each other. It reads and never repairs. What belongs to a run that waits or is
 * going is left alone.
 */
export async function checkStorage(services: Services, actor: Actor, request: CheckRequest): Promise<CheckReport> {
  requirePermission(actor, 'storage.check');
  const counts: Counts = { files: 0, bytes: 0, opened: 0, notForKey: 0 };
  const findings: CheckFinding[] = [];
  const total = await countExpectedObjects(services);
  const tell = () => request.onProgress?.({ files: counts.files, bytes: counts.bytes, total });
  for await (const file of expectedFiles(services)) {
    const found = await checkFile(services, file, request, counts, tell);
    if (found && (await file.isStillExpected())) findings.push(found);
    counts.files += 1;
    tell();
  }
  const rows = await checkRows(services);
  return { ...counts, manifests: rows.manifests, findings: [...findings, ...rows.findings, ...(await checkLeftovers(services))] };
}

/** A file that must be in storage: of an artifact, or the answer to an access request. */
interface ExpectedFile extends Pick<TenantObject, 'tenantId' | 'fileName' | 'key' | 'bytes' | 'sha256'> {
  /** Whose it is, for the detail of a finding. */
  readonly of: Readonly<Record<string, string>>;
  /** It may have expired or been deleted while it was looked at. */
  readonly isStillExpected: () => Promise<boolean>;
}

async function* expectedFiles(services: Services): AsyncGenerator<ExpectedFile> {
  for await (const one of listExpectedObjects(services))
    yield { ...one, of: { artifact: one.artifactId }, isStillExpected: () => isArtifactExpected(services, one) };
  for await (const one of listExpectedPackages(services))
    yield { ...one, of: { request: one.requestId }, isStillExpected: () => isPackageExpected(services, one) };
}

async function checkFile(services: Services, object: ExpectedFile, request: CheckRequest, counts: Counts, tell: () => void): Promise<CheckFinding | null> {
  const finding = (code: ErrorCode, detail?: unknown): CheckFinding => ({
    code,
    about: object.fileName,
    tenantId: object.tenantId,
    detail: { ...object.of, ...(detail as object | undefined) },
  });
  try {
    const damage = await damageOf(services, object);
    if (damage === 'missing') return finding('check.object_missing');
    if (damage === 'damaged') return finding('check.object_length', { expected: object.bytes, found: await services.storage.size(object.key) });
    if (!request.readData) return null;
    const seen = await checkEnvelope(counted(await services.storage.read(object.key), counts, tell));
    if (seen.sha256 !== object.sha256) return finding('check.object_changed', { expected: object.sha256, found: seen.sha256 });
  } catch (error) {
    const code = codeOf(error);
    return code.startsWith('file.') ? finding('check.object_structure', { cause: code }) : finding('check.object_unreadable', { cause: code });
  }
  const inside = request.key ? await checkInside(services, object, request.key, counts) : null;
  return inside && finding('check.object_content', { cause: inside });
}

/** Why what is inside is not as it should be; null when it is, or when the key does not open the file. */
async function checkInside(services: Services, object: ExpectedFile, key: PrivateKey, counts: Counts): Promise<ErrorCode | null> {
  try {
    await readArchive({ file: await services.storage.read(object.key), key, primitives: NODE_PRIMITIVES, openSink: async () => NOWHERE });
    counts.opened += 1;
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'file.not_recipient') return code;
    counts.notForKey += 1;
    return null;
  }
}

async function* counted(stored: AsyncIterable<Uint8Array>, counts: Counts, tell: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of stored) {
    counts.bytes += chunk.length;
    tell();
    yield chunk;
  }
}

async function isPackageExpected({ database }: Services, { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string }): Promise<boolean> {
  const file = await inTenant(database, tenantId, (tx) => readPackage(tx, tenantId, requestId));
  return file !== null && file.objectGoneAt === null && file.expiresAt > file.readAt;
}

async function isArtifactExpected(services: Services, { tenantId, artifactId }: TenantObject): Promise<boolean> {
  const artifact = await inTenant(services.database, tenantId, (tx) => readArtifact(tx, tenantId, artifactId));
  return artifact !== null && artifact.objectGoneAt === null && artifactState(artifact, artifact.readAt) !== 'expired' && artifact.deletedAt === null;
}

async function checkLeftovers(services: Services): Promise<CheckFinding[]> {
  const findings: CheckFinding[] = [];
  const unseen = (name: string, { code }: CodedError) => void findings.push({ code, about: name || 'sealed objects', tenantId: null });
  for await (const { key, place } of findUnlisted(services, unseen)) {
    findings.push({ code: place ? 'check.orphan' : 'check.foreign_file', about: key, tenantId: place?.tenantId ?? null });
  }
  const now = Date.now();
  const temporary = await services.storage.listTemporary().catch((error: unknown) => {
    findings.push({ code: codeOf(error), about: 'temporary objects', tenantId: null });
    return [];
  });
  for (const { name, bytes, writtenAt } of temporary) {
    // Younger ones may be of a run that is going.
    if (now - writtenAt.getTime() < TEMPORARY_GRACE_MS) continue;
    findings.push({ code: 'check.temporary', about: name, tenantId: null, detail: { bytes, writtenAt: writtenAt.toISOString() } });
  }
  return findings;
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof CodedError ? error.code : 'internal';
}
