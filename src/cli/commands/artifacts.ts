import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ArtifactView } from '../../contract/artifact.ts';
import { CodedError } from '../../errors.ts';
import { listArtifactsFor, openArtifact } from '../../operations/artifacts.ts';
import { addListOptions, type ListOptions, noteOtherPages, PAGE_SIZE, readList } from '../list-pages.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { byteText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

/** The folder is missing or may not be written: the user's to mend. */
const UNWRITABLE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS']);

type Options = PlaceOptions & { readonly json?: boolean; readonly out?: string };

export function registerArtifacts(program: Command): void {
  const artifact = program.command('artifact').description('Encrypted files');
  addListOptions(addPlaceOptions(artifact.command('list').description('List artifacts, newest first'))).action((options: Options & ListOptions) =>
    withApp(options, (context) => list(context, options)),
  );
  addPlaceOptions(
    artifact.command('download').description('Save an artifact').argument('<id>', 'artifact id', idArgument).option('--out <folder>', 'folder to save to', '.'),
  ).action((id: string, options: Options) =>
    withApp(options, async (context) => {
      const file = await download(context, id, options.out ?? '.');
      options.json ? sayJson({ file }) : say(`Saved ${file}. Open it with: udm decrypt ${path.basename(file)} --key KEY.pem --out FOLDER`);
    }),
  );
}

async function list({ app, actor }: CommandContext, options: Options & ListOptions): Promise<void> {
  const page = await readList(options, (number) => listArtifactsFor(app.services, actor, { page: number, pageSize: PAGE_SIZE, sort: '-createdAt' }));
  if (options.json) sayJson(page);
  else if (page.total === 0) say('No artifacts yet. A run that succeeds makes one.');
  else sayTable(['ID', 'FILE', 'ROWS', 'SIZE', 'DAYS LEFT'], page.items.map(rowOf));
  noteOtherPages(page);
}

function rowOf(one: ArtifactView): readonly string[] {
  return [one.id, one.fileName, String(one.rows), byteText(one.bytes), one.state === 'expired' ? 'expired' : String(one.remainingDays)];
}

/** Saves under a temporary name first, so that a file with the right name is whole; never overwrites. */
async function download({ app, actor }: CommandContext, id: string, folder: string): Promise<string> {
  const { artifact, content } = await openArtifact(app.services, actor, id);
  const target = path.resolve(folder, artifact.fileName);
  if (await stat(target).catch(() => null)) {
    content.destroy();
    throw new CodedError('file.exists', { value: target });
  }
  const half = `${target}.part`;
  try {
    await pipeline(content, createWriteStream(half, { mode: 0o600 }));
    await rename(half, target);
  } catch (cause) {
    await rm(half, { force: true });
    const refused = UNWRITABLE.has((cause as NodeJS.ErrnoException).code ?? '');
    throw new CodedError(refused ? 'file.unwritable' : 'storage.write_failed', { value: target, cause });
  }
  return target;
}
