import type { Command } from 'commander';
import type { DataRequestDetails } from '../../contract/data-request.ts';
import { rebuildExports } from '../../operations/data-requests/rebuild-exports.ts';
import { withdrawOutdated } from '../../operations/data-requests/withdraw-outdated.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type HeldExport = DataRequestDetails['exports'][number];

const WHY: Readonly<Record<HeldExport['runAgain'], string>> = {
  possible: 'you may not change its job',
  not_needed: 'it can be downloaded',
  job_gone: 'its job is deleted',
  job_changed: 'its job exports something else now',
  under_way: 'is being exported again',
  live_again: 'was exported again',
};

type Options = PlaceOptions & { readonly json?: boolean };

/** What is done about exports of before: those of an erasure are withdrawn and exported again, those of a rectification as an officer decides. */
export function registerExportActs(request: Command): void {
  addPlaceOptions(
    request
      .command('withdraw-exports')
      .description('Withdraw what holds the values of before a rectification')
      .argument('<id>', 'id of the request', idArgument)
      .option('--artifact <ids>', 'only these files, with commas between; left out: all that the request names', (ids: string) =>
        ids.split(',').map(idArgument),
      ),
  ).action((id: string, options: Options & { readonly artifact?: string[] }) =>
    withApp(options, async ({ app, actor }) => {
      const request = await withdrawOutdated(app.services, actor, id, { artifacts: options.artifact });
      if (options.json) return sayJson(request);
      if (request.exports.length === 0) return say('It names no exports.');
      sayTable(
        ['ID', 'FILE', 'STATE'],
        request.exports.map(({ artifactId, fileName, state }) => [artifactId, plainText(fileName), state]),
      );
    }),
  );
  registerRebuild(request);
}

function registerRebuild(request: Command): void {
  addPlaceOptions(
    request
      .command('rebuild')
      .description('Export again, without the person, what was withdrawn for a request')
      .argument('<id>', 'id of the request', idArgument),
  ).action((id: string, options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const result = await rebuildExports(app.services, actor, id);
      if (options.json) return sayJson(result);
      const { begun, left } = result;
      if (begun.length + left.length === 0) return say('No export was withdrawn for it.');
      sayTable(
        ['FILE', 'WHAT BECOMES OF IT'],
        [...begun.map((one) => [one.fileName, 'its window is exported again']), ...left.map((one) => [plainText(one.fileName), whatBecame(one)])],
      );
      if (begun.length > 0) say('Follow it with: udm run list');
    }),
  );
}

function whatBecame({ runAgain, again }: HeldExport): string {
  const files = again?.files.map(({ fileName }) => fileName) ?? [];
  return files.length > 0 ? `is ${files.join(', ')} now` : WHY[runAgain];
}
