import path from 'node:path';
import { type Command, Option } from 'commander';
import { type ArtifactView, WITHDRAWAL_REASONS } from '../../contract/artifact.ts';
import type { WithdrawalReason } from '../../domain/artifact.ts';
import { listArtifactsFor } from '../../operations/artifacts.ts';
import { deleteArtifact } from '../../operations/delete-artifact.ts';
import { withdrawArtifact } from '../../operations/withdraw-artifact.ts';
import { addListOptions, type ListOptions, noteOtherRows, readList } from '../list-pages.ts';
import { addPlaceOptions, idList } from '../options.ts';
import { type SavedArtifact, saveArtifact } from '../save-artifact.ts';
import { byteText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly out?: string };

export function registerArtifacts(program: Command): void {
  const artifact = program.command('artifact').description('Encrypted files');
  addListOptions(addPlaceOptions(artifact.command('list').description('List artifacts, newest first'))).action((options: Options & ListOptions) =>
    withApp(options, (context) => list(context, options)),
  );
  addPlaceOptions(
    artifact
      .command('download')
      .description('Save artifacts; goes on where an earlier download stopped')
      .argument('<id...>', 'artifact ids', idList)
      .option('--out <folder>', 'folder to save to', '.'),
  ).action((ids: string[], options: Options) => withApp(options, (context) => download(context, ids, options)));
  addPlaceOptions(artifact.command('delete').description('Delete the files of artifacts; their rows stay').argument('<id...>', 'artifact ids', idList)).action(
    (ids: string[], options: Options) =>
      withApp(options, async (context) => {
        await remove(context, ids);
        options.json ? sayJson({ deleted: ids }) : say(ids.length === 1 ? 'Deleted.' : `Deleted ${ids.length} files.`);
      }),
  );
  addPlaceOptions(
    artifact
      .command('withdraw')
      .description('Take back artifacts that should not have been made or handed out')
      .argument('<id...>', 'artifact ids', idList)
      .addOption(new Option('--reason <reason>', 'why').choices(WITHDRAWAL_REASONS).makeOptionMandatory()),
  ).action((ids: string[], options: Options & { readonly reason: WithdrawalReason }) =>
    withApp(options, async ({ app, actor }) => {
      for (const id of ids) await withdrawArtifact(app.services, actor, id, options.reason);
      options.json ? sayJson({ withdrawn: ids, reason: options.reason }) : say(ids.length === 1 ? 'Withdrawn.' : `Withdrew ${ids.length} files.`);
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
  else sayTable(['ID', 'FILE', 'PART', 'ROWS', 'SIZE', 'DAYS LEFT'], page.items.map(rowOf));
  noteOtherRows(page);
}

function rowOf(one: ArtifactView): readonly string[] {
  const file = fileText(one.file);
  const left = one.state !== 'available' ? `${one.state}${file === '' ? '' : `, ${file}`}` : file === '' ? String(one.remainingDays) : file;
  return [one.id, one.fileName, `${one.part} of ${one.whole.parts}`, String(one.rows), byteText(one.bytes), left];
}

/** What became of the file, where it is not simply there. */
function fileText({ state, tries }: ArtifactView['file']): string {
  if (state === 'failed') return `file not deleted yet (failed ${tries === 1 ? 'once' : `${tries} times`})`;
  return { kept: '', to_delete: 'file to be deleted', gone: 'file deleted', missing: 'file missing', damaged: 'file damaged' }[state];
}

/** One after the other; the first that cannot be had ends it, those before it are saved. */
async function download({ app, actor }: CommandContext, ids: readonly string[], options: Options): Promise<void> {
  const saved: SavedArtifact[] = [];
  for (const id of ids) {
    const one = await saveArtifact(app.services, actor, id, options.out ?? '.');
    saved.push(one);
    if (!options.json) say(`Saved ${one.file}. Open it with: udm decrypt ${path.basename(one.file)} --key KEY.pem --out FOLDER`);
  }
  if (options.json) sayJson(saved.length === 1 ? saved[0] : { files: saved });
}
