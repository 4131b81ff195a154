import { createHash, type Hash } from 'node:crypto';
import { constants, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Actor } from '../domain/permission.ts';
import { CodedError, type ErrorCode } from '../errors.ts';
import { openRange } from '../operations/open-artifact.ts';
import type { Services } from '../operations/services.ts';
import { ProgressBar } from './progress-bar.ts';
import { byteText, durationText, note } from './terminal.ts';

/** The folder is missing or may not be written: the user's to mend. */
const UNWRITABLE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ELOOP', 'EISDIR']);
const LONGEST_WAIT_MS = 30_000;
/** Tries without a single new byte, about four minutes. */
const MOST_CUTS = 12;
const READ_AT_ONCE = 1 << 20;
/** After these nothing more of the file comes. */
const OVER: ReadonlySet<ErrorCode> = new Set([
  'artifact.gone',
  'artifact.deleted',
  'artifact.withdrawn',
  'artifact.missing',
  'artifact.damaged',
  'file.damaged',
]);

export interface SavedArtifact {
  readonly file: string;
  readonly bytes: number;
  /** Bytes that an earlier download had left beside it; 0 for a new one. */
  readonly resumedAt: number;
}

/** A download on its way into `<name>.part`. */
interface Part {
  readonly handle: FileHandle;
  readonly target: string;
  readonly bytes: number;
  received: number;
  hash: Hash;
}

/**
 * Saves an artifact as `<folder>/<its name>`; never overwrites. What is half-done stands beside it as `.part`: the next call goes on there. Goes on by itself
 * after a cut, and gives the file its name only when its hash is right.
 * Errors: those of `openRange`, `file.exists`, `file.unwritable`, `disk.full`, `file.damaged`.
 */
export async function saveArtifact(services: Services, actor: Actor, id: string, folder: string): Promise<SavedArtifact> {
  const { artifact } = await openRange(services, actor, id, () => ({ range: null }));
  const target = path.resolve(folder, artifact.fileName);
  if (await stat(target).catch(() => null)) throw new CodedError('file.exists', { value: target });
  const part: Part = { handle: await openPart(target), target, bytes: artifact.bytes, received: 0, hash: createHash('sha256') };
  const bar = new ProgressBar();
  try {
    await readExisting(part);
    const resumedAt = part.received;
    if (resumedAt > 0) note(`Going on at ${byteText(resumedAt)} of ${byteText(part.bytes)}.`);
    await receiveAll(services, actor, id, part, bar);
    if (part.hash.digest('hex') !== artifact.sha256) await beginAnew(services, actor, id, part, { bar, resumedAt, sha256: artifact.sha256 });
    await written(part, () => part.handle.sync());
    await part.handle.close();
    await written(part, () => rename(`${target}.part`, target));
    return { file: target, bytes: part.bytes, resumedAt };
  } catch (error) {
    if (isOver(error)) await rm(`${target}.part`, { force: true });
    throw error;
  } finally {
    bar.end();
    await part.handle.close().catch(() => undefined);
  }
}

async function openPart(target: string): Promise<FileHandle> {
  const half = `${target}.part`;
  return open(half, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600).catch((cause: unknown) => {
    throw diskError(cause, target);
  });
}

/** What an earlier download left is hashed, so that the hash of the whole file is known at its end. */
async function readExisting(part: Part): Promise<void> {
  const { size } = await part.handle.stat();
  if (size > part.bytes) await part.handle.truncate(0);
  const buffer = Buffer.alloc(READ_AT_ONCE);
  for (;;) {
    const { bytesRead } = await part.handle.read(buffer, 0, buffer.length, part.received);
    if (bytesRead === 0) return;
    part.hash.update(buffer.subarray(0, bytesRead));
    part.received += bytesRead;
  }
}

/** What stood there was of another file, or was changed: once more from the beginning. */
async function beginAnew(
  services: Services,
  actor: Actor,
  id: string,
  part: Part,
  { bar, resumedAt, sha256 }: { bar: ProgressBar; resumedAt: number; sha256: string },
): Promise<void> {
  if (resumedAt === 0) throw new CodedError('file.damaged', { value: part.target });
  note('What was there before is not this file: beginning anew.');
  await part.handle.truncate(0);
  part.received = 0;
  part.hash = createHash('sha256');
  await receiveAll(services, actor, id, part, bar);
  if (part.hash.digest('hex') !== sha256) throw new CodedError('file.damaged', { value: part.target });
}

async function receiveAll(services: Services, actor: Actor, id: string, part: Part, bar: ProgressBar): Promise<void> {
  const clock = { since: performance.now(), from: part.received };
  for (let cuts = 0; part.received < part.bytes; ) {
    const before = part.received;
    try {
      const { content } = await openRange(services, actor, id, () => ({ range: { start: part.received, end: part.bytes - 1 } }));
      for await (const chunk of content as AsyncIterable<Buffer>) {
        await written(part, () => writeAll(part, chunk));
        part.hash.update(chunk);
        part.received += chunk.length;
        show(bar, part, clock);
      }
      if (part.received === before) throw new Error('nothing came');
    } catch (error) {
      if (part.received === part.bytes) return;
      if (error instanceof CodedError && (error.definition.permanent || isOfDisk(error))) throw error;
      cuts = part.received > before ? 1 : cuts + 1;
      if (cuts > MOST_CUTS) throw error;
      const pause = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (cuts - 1));
      bar.end();
      note(`The download broke off at ${byteText(part.received)}; going on in ${durationText(pause / 1_000)}.`);
      await services.wait(pause, new AbortController().signal);
    }
  }
}

async function writeAll({ handle, received }: Part, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done, chunk.length - done, received + done)).bytesWritten;
}

async function written<T>({ target }: Part, work: () => Promise<T>): Promise<T> {
  return work().catch((cause: unknown) => {
    throw diskError(cause, target);
  });
}

function diskError(cause: unknown, target: string): CodedError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CodedError('disk.full', { field: 'out', value: target, cause });
  return new CodedError(UNWRITABLE.has(code) ? 'file.unwritable' : 'storage.write_failed', { field: 'out', value: target, cause });
}

/** The disk that is written to, not the way the bytes came: trying again does not help. */
function isOfDisk(error: CodedError): boolean {
  return error.details.field === 'out';
}

/** There will never be more of it. */
function isOver(error: unknown): boolean {
  return error instanceof CodedError && OVER.has(error.code);
}

function show(bar: ProgressBar, { received, bytes }: Part, clock: { readonly since: number; readonly from: number }): void {
  const seconds = (performance.now() - clock.since) / 1_000;
  const speed = (received - clock.from) / Math.max(seconds, 0.001);
  const left = seconds < 1 || received === bytes ? '' : `, about ${durationText((bytes - received) / speed)} left`;
  bar.show({ label: 'download', percent: Math.floor((received / bytes) * 100), detail: `${byteText(received)} of ${byteText(bytes)}${left}` });
}
