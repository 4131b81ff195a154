import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ArtifactView } from '../../contract/artifact.ts';
import { CodedError } from '../../errors.ts';
import { listArtifactsFor } from '../../operations/artifacts.ts';
import { deleteArtifact } from '../../operations/delete-artifact.ts';
import { openArtifact } from '../../operations/open-artifact.ts';
import { addListOptions, type ListOptions, noteOtherRows, readList } from '../list-pages.ts';
import { addPlaceOptions, idArgument, idList } from '../options.ts';
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
  addPlaceOptions(artifact.command('delete').description('Delete the files of artifacts; their rows stay').argument('<id...>', 'artifact ids', idList)).action(
    (ids: string[], options: Options) =>
      withApp(options, async (context) => {
        await remove(context, ids);
        options.json ? sayJson({ deleted: ids }) : say(ids.length === 1 ? 'Deleted.' : `Deleted ${ids.length} files.`);
      }),
  );
}

/** Deletes each; an unknown id ends it, those before it are deleted. */
async function remove({ app, actor }: CommandContext, ids: readonly string[]): Promise<void> {
  for (const id of ids) await deleteArtifact(app.services, actor, id);
}

async function list({ app, actor }: CommandContext, options: Options & ListOptions): Promise<void> {
  const page = await readList(options, (query) => listArtifactsFor(app.services, actor, query));
  if (options.json) sayJson(page);
  else if (page.total.count === 0) say('No artifacts yet. A run that succeeds makes one.');
  else sayTable(['ID', 'FILE', 'ROWS', 'SIZE', 'DAYS LEFT'], page.items.map(rowOf));
  noteOtherRows(page);
}

function rowOf(one: ArtifactView): readonly string[] {
  return [one.id, one.fileName, String(one.rows), byteText(one.bytes), one.state === 'available' ? String(one.remainingDays) : one.state];
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
