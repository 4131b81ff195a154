import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors.ts';
import { chunksOf } from './encrypted-file.ts';
import type { PrivateKey } from './primitives.ts';
import { NODE_PRIMITIVES } from './primitives-node.ts';
import { NOWHERE, readArchive } from './read-archive.ts';
import { parseRunManifest, RUN_MANIFEST_ENDING, RUN_SIGNATURE_ENDING, type RunPart } from './run-manifest.ts';
import { isSignatureOf } from './signature.ts';
import { checkChains, type Finding, type ReadManifest } from './verify-chain.ts';

/** Checks files of runs against their signed run manifests, and with a private key what is inside them (docs/formats/artifact.md). */

export interface VerifyRequest {
  /** Files and folders; of folders everything in them. */
  readonly paths: readonly string[];
  /** With it, every file is decrypted and checked against its own manifest, too; nothing is written. */
  readonly key?: PrivateKey | undefined;
  /** Ids of the signing keys to trust; left out, signatures must fit the keys that the manifests themselves name. */
  readonly trustedKeys?: ReadonlySet<string> | undefined;
  /** The first manifest of each job must be there, too. */
  readonly wholeChain?: boolean | undefined;
  readonly onFile?: ((file: string) => void) | undefined;
}

export interface VerifyReport {
  readonly files: number;
  readonly bytes: number;
  readonly manifests: number;
  /** Whether files were decrypted and checked inside. */
  readonly inside: boolean;
  /** Ids of the keys whose signatures fit. */
  readonly signedBy: readonly string[];
  readonly findings: readonly Finding[];
}

interface Hashed {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const PART_ENDING = '.zip.p7m';
const MAX_MANIFEST = 16 * 1024 * 1024;

/**
 * Verifies in constant memory, without any network. Everything that is wrong is told, not only the first.
 * Errors: `file.unreadable`; `verify.nothing` when there is nothing to check, or nothing to check it against.
 */
export async function verifyFiles(request: VerifyRequest): Promise<VerifyReport> {
  const found = await findFiles(request.paths);
  const parts = found.filter((file) => file.endsWith(PART_ENDING));
  const manifestFiles = found.filter((file) => file.endsWith(RUN_MANIFEST_ENDING));
  const signatures = new Set(found.filter((file) => file.endsWith(RUN_SIGNATURE_ENDING)));
  const findings: Finding[] = [];
  if (manifestFiles.length === 0 && signatures.size === 0 && (parts.length === 0 || !request.key)) {
    throw new CodedError('verify.nothing', { value: request.paths.join(', ') });
  }
  const manifests: ReadManifest[] = [];
  for (const file of manifestFiles) {
    const read = await readManifest(file, request.trustedKeys).catch((error: unknown) => void findings.push(findingOf(error, file)));
    if (read) manifests.push(read);
    signatures.delete(`${file}.sig`);
  }
  for (const left of signatures) findings.push({ code: 'verify.missing', file: left.slice(0, -'.sig'.length) });
  const signedBy = new Set(manifests.map(({ manifest }) => manifest.signedBy.keyId));
  const hashed = await hashAll(parts, request.onFile);
  // Files without any manifest can be checked inside alone.
  if (manifestFiles.length > 0 || !request.key) findings.push(...checkParts(manifests, hashed));
  findings.push(...checkChains(manifests, request.wholeChain === true));
  if (request.key) await checkInside(hashed, request.key, { request, manifests, findings, signedBy });
  const bytes = hashed.reduce((sum, one) => sum + one.bytes, 0);
  return { files: parts.length, bytes, manifests: manifests.length, inside: request.key !== undefined, signedBy: [...signedBy], findings };
}

async function findFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const one of paths) {
    const facts = await stat(one).catch(unreadable(one));
    if (!facts.isDirectory()) files.push(path.normalize(one));
    else {
      const inside = await readdir(one, { recursive: true, withFileTypes: true }).catch(unreadable(one));
      files.push(...inside.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)));
    }
  }
  return [...new Set(files)].sort();
}

function unreadable(value: string): (cause: unknown) => never {
  return (cause) => {
    throw new CodedError('file.unreadable', { value, cause });
  };
}

async function readManifest(file: string, trusted: ReadonlySet<string> | undefined): Promise<ReadManifest> {
  if ((await stat(file).catch(unreadable(file))).size > MAX_MANIFEST) throw new CodedError('file.damaged', { value: 'run manifest' });
  const body = await readFile(file).catch(unreadable(file));
  const manifest = parseRunManifest(body.toString('utf8'));
  const signature = await readFile(`${file}.sig`).catch(() => null);
  if (signature === null) throw new CodedError('verify.unsigned');
  if (!isSignatureOf(body, signature, manifest.signedBy)) throw new CodedError('file.signature');
  if (trusted && !trusted.has(manifest.signedBy.keyId)) throw new CodedError('file.signer', { value: manifest.signedBy.keyId });
  return { file, sha256: createHash('sha256').update(body).digest('hex'), manifest };
}

async function hashAll(files: readonly string[], onFile: VerifyRequest['onFile']): Promise<Hashed[]> {
  const all: Hashed[] = [];
  for (const file of files) {
    onFile?.(file);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunksOf(file)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    all.push({ file, bytes, sha256: hash.digest('hex') });
  }
  return all;
}

/** Every part that a manifest lists must be there as it says, and no other. Files and manifests find each other by name, whatever folder they lie in. */
function checkParts(manifests: readonly ReadManifest[], hashed: readonly Hashed[]): Finding[] {
  const findings: Finding[] = [];
  const listed = new Map(manifests.flatMap(({ manifest }) => manifest.parts.map((part) => [part.name, part] as const)));
  const byHash = new Map([...listed.values()].map((part) => [part.sha256, part]));
  const here = new Set(hashed.map((one) => path.basename(one.file)));
  for (const part of listed.values()) {
    if (!here.has(part.name)) findings.push({ code: 'verify.missing', file: part.name, detail: { part: part.number } });
  }
  for (const one of hashed) {
    const part = listed.get(path.basename(one.file));
    if (part?.sha256 === one.sha256 && part.bytes === one.bytes) continue;
    findings.push(mismatch(one, part, byHash.get(one.sha256)));
  }
  return findings;
}

function mismatch({ file, bytes, sha256 }: Hashed, expected: RunPart | undefined, other: RunPart | undefined): Finding {
  if (other && other.name !== path.basename(file)) return { code: 'verify.swapped', file, detail: { is: other.name } };
  if (!expected) return { code: 'verify.extra', file };
  if (bytes < expected.bytes) return { code: 'verify.cut', file, detail: { bytes, expected: expected.bytes } };
  return { code: 'verify.changed', file, detail: { bytes, sha256, expected: { bytes: expected.bytes, sha256: expected.sha256 } } };
}

interface Inside {
  readonly request: VerifyRequest;
  readonly manifests: readonly ReadManifest[];
  readonly findings: Finding[];
  readonly signedBy: Set<string>;
}

async function checkInside(hashed: readonly Hashed[], key: PrivateKey, { request, manifests, findings, signedBy }: Inside): Promise<void> {
  const runs = new Map(
    manifests.flatMap(({ manifest }) => manifest.parts.map((part) => [part.sha256, { run: manifest.run.id, number: part.number }] as const)),
  );
  for (const { file, sha256 } of hashed) {
    request.onFile?.(file);
    try {
      const report = await readArchive({
        file: chunksOf(file),
        key,
        primitives: NODE_PRIMITIVES,
        openSink: async () => NOWHERE,
        trustedKeys: request.trustedKeys,
      });
      if (report.signedBy === null) findings.push({ code: 'verify.unsigned', file });
      else signedBy.add(report.signedBy);
      if (report.isEncryptedAsMade === false) findings.push({ code: 'verify.envelope', file });
      const outside = runs.get(sha256);
      if (outside && !isSamePart(report.manifest, outside)) findings.push({ code: 'verify.swapped', file, detail: { run: outside.run, part: outside.number } });
    } catch (error) {
      findings.push(findingOf(error, file));
    }
  }
}

function isSamePart(manifest: Record<string, unknown>, outside: { readonly run: string; readonly number: number }): boolean {
  const { run, part } = manifest as { readonly run?: { readonly id?: unknown }; readonly part?: { readonly number?: unknown } };
  return run?.id === outside.run && part?.number === outside.number;
}

function findingOf(error: unknown, file: string): Finding {
  if (!(error instanceof CodedError)) throw error;
  const { value } = error.details;
  return { code: error.code, file, ...(value !== undefined && { detail: value }) };
}
