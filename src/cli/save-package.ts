import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors.ts';
import type { OpenedPackage } from '../operations/data-requests/open-package.ts';

type Whole = { readonly range: { readonly start: number; readonly end: number } };
type Open = (choose: (file: { readonly bytes: number }) => Whole) => Promise<Pick<OpenedPackage<Whole>, 'file' | 'content'>>;

/**
 * Saves an access package under a name that must not be taken; it has that name only once it is whole and its hash is right. Errors: those of `openPackage`,
 * `file.exists`, `file.unwritable`, `file.damaged`.
 */
export async function savePackage(openWhole: Open, out: string): Promise<{ readonly file: string; readonly bytes: number }> {
  const target = path.resolve(out);
  if (await stat(target).catch(() => null)) throw new CodedError('file.exists', { field: 'out', value: target });
  const { file, content } = await openWhole(({ bytes }) => ({ range: { start: 0, end: bytes - 1 } }));
  const part = `${target}.part`;
  const handle = await open(part, 'w', 0o600).catch((cause: unknown) => {
    content?.destroy();
    throw new CodedError('file.unwritable', { field: 'out', value: target, cause });
  });
  try {
    const hash = createHash('sha256');
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.appendFile(chunk);
    }
    if (hash.digest('hex') !== file.sha256) throw new CodedError('file.damaged', { value: file.fileName });
    await handle.sync();
    await handle.close();
    await rename(part, target);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
  return { file: target, bytes: file.bytes };
}
