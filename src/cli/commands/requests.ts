import path from 'node:path';
import type { Command } from 'commander';
import type { DataRequestDetails, DataRequestView } from '../../contract/data-request.ts';
import type { Actor } from '../../domain/permission.ts';
import { KINDS, STATES } from '../../domain/data-requests/states.ts';
import { addIdentifiers } from '../../operations/data-requests/add-identifiers.ts';
import { endInPart } from '../../operations/data-requests/end-in-part.ts';
import { approveRequest, confirmSeveral } from '../../operations/data-requests/approve-request.ts';
import { listCorrectableFields } from '../../operations/data-requests/correctable-fields.ts';
import { extendRequest, refuseRequest, stopRequest } from '../../operations/data-requests/decide-request.ts';
import { listHoldsFor, placeHold, releaseLegalHold } from '../../operations/data-requests/legal-holds.ts';
import { openPackage } from '../../operations/data-requests/open-package.ts';
import { askIdentity, beginRequest, noteIdentity } from '../../operations/data-requests/prove-identity.ts';
import { getRequest, listRequestsFor } from '../../operations/data-requests/read-requests.ts';
import { submitRequestFile } from '../../operations/data-requests/submit-requests.ts';
import type { Services } from '../../operations/services.ts';
import { registerReceipts } from './request-receipt.ts';
import { registerExportActs } from './request-exports.ts';
import { registerReplay } from './request-replay.ts';
import { addListOptions, type ListOptions, noteOtherRows, readList } from '../list-pages.ts';
import { addPlaceOptions, choicesOption, idArgument } from '../options.ts';
import { readIdentifiers, readJsonFile, refuseNames } from '../request-file.ts';
import { savePackage } from '../save-package.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type FilterOptions = Options & ListOptions & { readonly kind?: string[]; readonly state?: string[]; readonly overdue?: boolean; readonly text?: string };

const FILE = 'JSON file as docs/formats/data-requests.md describes it; - reads standard input';
const ITSELF = 'id of the request';

export function registerRequests(program: Command): void {
  const request = program.command('request').description('Requests of people about their data');
  addPlaceOptions(request.command('submit').description('Submit the people of a file: all of them or none').argument('<file>', FILE)).action(
    async (file: string, options: Options) => {
      const sent = await readJsonFile(file);
      await withApp(options, async ({ app, actor }) => {
        const made = await submitRequestFile(app.services, actor, sent);
        options.json ? sayJson(made) : sayMade(made.ids);
      });
    },
  );
  registerList(request);
  addPlaceOptions(request.command('show').description('Show a request').argument('<id>', ITSELF, idArgument)).action((id: string, options: Options) =>
    withApp(options, async ({ app, actor }) => sayDetails(await getRequest(app.services, actor, id), options)),
  );
  addPlaceOptions(
    request
      .command('add-identifiers')
      .description('Say more of whom is meant')
      .argument('<id>', ITSELF, idArgument)
      .argument('<file>', 'JSON file: identifiers by type; - reads standard input'),
  ).action(async (id: string, file: string, options: Options) => {
    const identifiers = await readIdentifiers(file);
    await withApp(options, async ({ app, actor }) => sayDetails(await addIdentifiers(app.services, actor, id, { identifiers }), options));
  });
  registerPackage(request);
  registerActs(request);
  registerDecisions(request);
  registerReceipts(request);
  registerExportActs(request);
  registerFields(request);
  registerReplay(request);
}

function registerList(request: Command): void {
  addListOptions(addPlaceOptions(request.command('list').description('List requests, the newest first')))
    .option('--kind <kinds>', 'access, erasure, rectification, with commas between', choicesOption(KINDS))
    .option('--state <states>', 'states, with commas between; also "open" and "ended"', choicesOption([...STATES, 'open', 'ended']))
    .option('--overdue', 'only those whose deadline is over')
    .option('--text <text>', 'a part of the case id')
    .action((options: FilterOptions) => {
      refuseNames('--text', options.text);
      return withApp(options, async ({ app, actor }) => {
        const filter = {
          kind: options.kind,
          state: options.state,
          text: options.text,
          ...(options.overdue && { overdue: 'true' as const }),
        };
        const list = await readList(options, (page) => listRequestsFor(app.services, actor, { ...filter, ...page }));
        if (options.json) return sayJson(list);
        if (list.items.length === 0) return say('No requests.');
        sayTable(
          ['ID', 'CASE', 'KIND', 'STATE', 'PERSON', 'DUE', 'DAYS LEFT'],
          list.items.map((one) => [
            one.id,
            plainText(one.caseId),
            one.kind,
            one.state,
            one.label,
            one.deadlineOn,
            one.endedAt === null ? String(one.daysLeft) : '',
          ]),
        );
        noteOtherRows(list);
      });
    });
}

function registerPackage(request: Command): void {
  addPlaceOptions(request.command('package').description('Save the encrypted answer to an access request').argument('<id>', ITSELF, idArgument))
    .requiredOption('-o, --out <file>', 'file to write; must not exist')
    .action((id: string, options: Options & { readonly out: string }) =>
      withApp(options, async ({ app, actor }) => {
        const saved = await savePackage((choose) => openPackage(app.services, actor, id, choose), options.out);
        options.json ? sayJson(saved) : say(`Saved ${saved.file}. Open it with: udm decrypt ${path.basename(saved.file)} --key KEY.pem --out FOLDER`);
      }),
    );
}

function registerFields(request: Command): void {
  addPlaceOptions(request.command('fields').description('List what a rectification can correct')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const { items } = await listCorrectableFields(app.services, actor);
      if (options.json) return sayJson({ items });
      if (items.length === 0) return say('No source says what can be corrected.');
      sayTable(
        ['FIELD', 'SOURCES', 'NO ACCOUNT TO WRITE'],
        items.map(({ field, sources }) => [
          field,
          sources.map(({ name }) => plainText(name)).join(', '),
          sources.flatMap(({ name, mayChange }) => (mayChange ? [] : [plainText(name)])).join(', '),
        ]),
      );
    }),
  );
}

type Act = (services: Services, actor: Actor, id: string) => Promise<DataRequestDetails>;

function registerActs(request: Command): void {
  const acts: readonly (readonly [string, string, Act])[] = [
    ['ask-identity', 'Note that the person was asked to prove who they are', askIdentity],
    ['begin', 'Look for the person', beginRequest],
    ['approve', 'Agree, as a second person, to what was found', approveRequest],
    ['confirm-several', 'Say, as a second person, that all the people found are meant', confirmSeveral],
  ];
  for (const [verb, description, act] of acts)
    addPlaceOptions(request.command(verb).description(description).argument('<id>', ITSELF, idArgument)).action((id: string, options: Options) =>
      withApp(options, async ({ app, actor }) => sayDetails(await act(app.services, actor, id), options)),
    );
  addPlaceOptions(request.command('identity').description('Note how the identity of the person was proved, and begin').argument('<id>', ITSELF, idArgument))
    .requiredOption('--note <text>', 'how; name no one')
    .option('--only-note', 'do not begin')
    .action((id: string, options: Options & { readonly note: string; readonly onlyNote?: boolean }) => {
      refuseNames('--note', options.note);
      return withApp(options, async ({ app, actor }) =>
        sayDetails(await noteIdentity(app.services, actor, id, { note: options.note, begin: options.onlyNote !== true }), options),
      );
    });
}

function registerDecisions(request: Command): void {
  const decision = (verb: string, description: string) =>
    addPlaceOptions(request.command(verb).description(description).argument('<id>', ITSELF, idArgument)).requiredOption('--reason <text>', 'why; name no one');
  type Reasoned = Options & { readonly reason: string };
  decision('extend', 'Extend the deadline by two further months, once').action((id: string, options: Reasoned) => {
    refuseNames('--reason', options.reason);
    return withApp(options, async ({ app, actor }) => sayDetails(await extendRequest(app.services, actor, id, options), options));
  });
  decision('refuse', 'Refuse a request')
    .requiredOption('--ground <ground>', 'ground of the refusal, as in the API')
    .action((id: string, options: Reasoned & { readonly ground: string }) => {
      refuseNames('--reason', options.reason);
      return withApp(options, async ({ app, actor }) => sayDetails(await refuseRequest(app.services, actor, id, options), options));
    });
  decision('end-in-part', 'End a request of which a part is done and the rest cannot be').action((id: string, options: Reasoned) => {
    refuseNames('--reason', options.reason);
    return withApp(options, async ({ app, actor }) => sayDetails(await endInPart(app.services, actor, id, options), options));
  });
  decision('stop', 'Stop a request before anything was changed').action((id: string, options: Reasoned) => {
    refuseNames('--reason', options.reason);
    return withApp(options, async ({ app, actor }) => sayDetails(await stopRequest(app.services, actor, id, options), options));
  });
}

/** Legal holds are a thing of their own: they outlive requests. */
export function registerHolds(program: Command): void {
  const hold = program.command('hold').description('Legal holds: data of people that nothing may change');
  addPlaceOptions(hold.command('list').description('List legal holds, those in force first')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const { items } = await listHoldsFor(app.services, actor);
      if (options.json) return sayJson({ items });
      if (items.length === 0) return say('No legal holds.');
      sayTable(
        ['ID', 'PERSON', 'PLACED', 'BY', 'RELEASED', 'BLOCKS'],
        items.map((one) => [
          one.id,
          one.label,
          one.placedAt.slice(0, 10),
          plainText(one.placedBy),
          one.releasedAt?.slice(0, 10) ?? '',
          String(one.blocks.length),
        ]),
      );
    }),
  );
  type Reasoned = Options & { readonly reason: string };
  addPlaceOptions(
    hold.command('place').description('Place a legal hold on a person').argument('<file>', 'JSON file: identifiers by type; - reads standard input'),
  )
    .requiredOption('--reason <text>', 'why; name no one')
    .action(async (file: string, options: Reasoned) => {
      refuseNames('--reason', options.reason);
      const identifiers = await readIdentifiers(file);
      await withApp(options, async ({ app, actor }) => {
        const placed = await placeHold(app.services, actor, { identifiers, reason: options.reason });
        if (options.json) return sayJson(placed);
        say(`Placed: ${placed.id}. It blocks ${placed.blocks.length} of the open requests.`);
        if (placed.tooLate.length > 0) say(`Begun before, so what they did stays; they go no further: ${placed.tooLate.map((one) => one.id).join(', ')}`);
      });
    });
  addPlaceOptions(hold.command('release').description('Release a legal hold; what it blocked goes on').argument('<id>', 'id of the hold', idArgument))
    .requiredOption('--reason <text>', 'why; name no one')
    .action((id: string, options: Reasoned) => {
      refuseNames('--reason', options.reason);
      return withApp(options, async ({ app, actor }) => {
        const released = await releaseLegalHold(app.services, actor, id, options);
        options.json ? sayJson(released) : say(`Released. ${released.resumed.length} requests go on.`);
      });
    });
}

/** Of many, the list says more. */
function sayMade(ids: readonly string[]): void {
  say(`${ids.length} ${ids.length === 1 ? 'request' : 'requests'} submitted.`);
  if (ids.length <= 20) for (const id of ids) say(`  ${id}`);
  say('  next: where the file does not say it, note how the identity of each person was proved, with "udm request identity".');
}

function sayDetails(one: DataRequestDetails, { json }: Options): void {
  if (json) {
    sayJson(one);
    return;
  }
  say(`${one.id}  ${plainText(one.caseId)}: ${one.kind} for ${one.label}, ${one.state}`);
  say(`  due ${one.deadlineOn}${dueText(one)}`);
  if (one.error) say(`  ${one.error.text} ${one.error.fix}`);
  if (one.waitsFor) say(`  answered after ${one.waitsFor}`);
  if (one.stopUntil) say(`  can be stopped until ${one.stopUntil}`);
  if (one.package) say(`  package of ${one.package.rows} rows, ${one.package.isGone ? 'expired' : 'until'} ${one.package.expiresAt}`);
  if (one.findings.length === 0) return;
  sayTable(
    ['SOURCE', 'TABLE', 'FOUND', 'SHARED', 'UNCERTAIN', 'KEPT', 'DONE'],
    one.findings.map((row) => [plainText(row.source), row.type, ...[row.found, row.shared, row.uncertain, row.kept, row.done].map(String)]),
  );
}

function dueText({ endedAt, isOverdue, daysLeft, isExtended }: DataRequestView): string {
  if (endedAt !== null) return '';
  return `${isExtended ? ', extended' : ''}, ${isOverdue ? `${-daysLeft} days overdue` : `${daysLeft} days left`}`;
}
