import type { Command } from 'commander';
import type { DataRequestDetails } from '../../contract/data-request.ts';
import { rebuildExports } from '../../operations/data-requests/rebuild-exports.ts';
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

export function registerRebuild(request: Command): void {
  addPlaceOptions(
    request
      .command('rebuild')
      .description('Export again, without the person, what was withdrawn for a request')
      .argument('<id>', 'id of the request', idArgument),
  ).action((id: string, options: PlaceOptions & { readonly json?: boolean }) =>
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
