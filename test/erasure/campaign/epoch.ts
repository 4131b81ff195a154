import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { approveRequest } from '../../../src/operations/data-requests/approve-request.ts';
import { submitRequestFile } from '../../../src/operations/data-requests/submit-requests.ts';
import { Random } from '../../../src/sample/random.ts';
import { dumpCentre } from '../../support/dump-centre.ts';
import { type CentreRows, rowsWithout } from '../../support/erasure-oracle.ts';
import { TextSearch } from '../../support/plain-text.ts';
import type { TestConnection } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { Blows } from './blows.ts';
import type { Bugs } from './bugs.ts';
import { discoveryProblems, installationProblems, requestProblems, rowProblems, rowsHolding } from './checks.ts';
import { type Chosen, choosePeople, markersOf, type Named, nameOf, ownerlessOf } from './chosen.ts';
import { addCustomers, customersAgain, loadAgain, type NewCustomer, withCustomers } from './comers.ts';
import { artifactProblems, artifactsOf, rebuild, windowsOf, withdrawalProblems } from './exports.ts';
import type { Ground } from './ground.ts';
import { Installation } from './installation.ts';
import { FROM_TEMPLATE, restoreDatabases, restoreSources } from './restores.ts';

/** An epoch: one fresh installation and source, so many people erased, and at its end everything that must hold. */
export interface EpochOptions {
  readonly seed: number;
  readonly people: number;
  readonly kills: number;
  /** Restores of the source, and of UDM's data folder. */
  readonly restores: { readonly source: number; readonly database: number };
  /** Exports of one hour. */
  readonly smallWindows: number;
  readonly bugs: Bugs;
}

export interface EpochResult {
  readonly seed: number;
  people: number;
  readonly kills: Record<string, number>;
  restores: { source: number; database: number };
  /** Rows compared to the byte. */
  rows: number;
  bytesSearched: number;
  artifacts: { made: number; held: number; needless: number; rebuilt: number };
  readonly problems: string[];
}

const HOUR = 3_600_000;
const WORKERS = 2;
const CONSUMERS_PER_FILE = 25;
const STALL_MS = 5_000;
const STUCK_AFTER_MS = 1_200_000;
const AGAIN = 4;

export async function playEpoch(options: EpochOptions, ground: Ground): Promise<EpochResult> {
  const source = await ground.newSource();
  const installation = await Installation.open({ source, recipient: ground.recipient, bugs: options.bugs });
  const epoch = new Epoch(options, ground, source, installation);
  try {
    await epoch.play();
  } catch (error) {
    epoch.result.problems.push(`${error instanceof Error ? error.stack : error}`);
  } finally {
    const { output } = installation.workers;
    if (epoch.result.problems.length > 0 && output !== '') epoch.result.problems.push(`the workers said: ${output.slice(-2_000)}`);
    await installation.close();
  }
  return epoch.result;
}

/** What the steps of an epoch share. */
export interface Scene {
  readonly ground: Ground;
  readonly source: TestConnection;
  readonly installation: Installation;
  readonly result: EpochResult;
  readonly bugs: Bugs;
  /** As `rowsWithout` takes them. */
  readonly who: ReadonlySet<string>;
  readonly comers: readonly NewCustomer[];
  /** Everybody there ever was. */
  readonly known: CentreRows;
  readonly search: TextSearch;
}

class Epoch {
  readonly #options: EpochOptions;
  readonly #installation: Installation;
  readonly #random: Random;
  readonly #blows: Blows;
  readonly #chosen: readonly Chosen[];
  readonly #scene: Scene;
  readonly #uncertain = new Map<string, number>();
  readonly result: EpochResult;

  constructor(options: EpochOptions, ground: Ground, source: TestConnection, installation: Installation) {
    this.#options = options;
    this.#installation = installation;
    this.#random = new Random(options.seed, 3);
    this.#blows = new Blows(installation, options.seed, options.kills);
    this.#chosen = choosePeople(this.#random, ground.rows, options.people);
    const comers = customersAgain(this.#random, this.#chosen, AGAIN);
    const known = withCustomers(ground.rows, comers);
    this.result = {
      seed: options.seed,
      people: this.#chosen.length,
      kills: this.#blows.counts,
      restores: { source: 0, database: 0 },
      rows: 0,
      bytesSearched: 0,
      artifacts: { made: 0, held: 0, needless: 0, rebuilt: 0 },
      problems: [],
    };
    const stay = comers.map(({ email }) => email);
    const search = new TextSearch(markersOf(this.#chosen, known, stay));
    const who = new Set(this.#chosen.map((one) => one.who));
    this.#scene = { ground, source, installation, result: this.result, bugs: options.bugs, who, comers, known, search };
  }

  async play(): Promise<void> {
    const { ground, source } = this.#scene;
    const { result } = this;
    const [empty, agreed] = ['empty', 'agreed'].map((name) => path.join(this.#installation.home, `copy-${name}`)) as [string, string];
    const copies = [empty, agreed].slice(0, this.#options.restores.database);
    await this.#installation.workers.start(WORKERS);
    await this.#export([0, 40]);
    const before = await artifactsOf(this.#installation);
    if (copies.includes(empty)) await this.#keep(empty);
    await this.#ask();
    await this.#agree();
    if (copies.includes(agreed)) await this.#keep(agreed);
    const dump = await this.#erase();
    await this.#settled(source);
    const made = await artifactsOf(this.#installation);
    const first = new Set(before.map(({ id }) => id));
    const { held, needless, problems } = withdrawalProblems(
      made.filter(({ id }) => first.has(id)),
      ground.rows,
      rowsWithout(ground.rows, this.#scene.who),
    );
    result.problems.push(...problems);
    result.artifacts = { made: made.length, held: held.length, needless, rebuilt: await rebuild(this.#installation, made) };
    await this.#exported();
    await this.#searched();
    result.problems.push(...(await requestProblems(this.#installation)));
    result.problems.push(...(await installationProblems(this.#installation, ground.recipient.keyFile)));
    if (result.problems.length > 0) return;
    await restoreSources(this.#scene, this.#options.restores.source, dump);
    await restoreDatabases(
      this.#scene,
      this.#options.restores.database,
      copies,
      held.map(({ id }) => id),
    );
  }

  async #keep(copy: string): Promise<void> {
    const { dataFolder } = this.#installation;
    await this.#installation.atRest(() => this.#installation.copy(dataFolder, copy));
    await this.#installation.workers.start(WORKERS);
  }

  async #export(days: readonly [number, number]): Promise<void> {
    for (const one of windowsOf(days, this.#options.smallWindows)) await this.#installation.exportWindow(one);
    await this.#exported();
  }

  async #exported(): Promise<void> {
    let woken = Date.now();
    const isOver = async () => {
      // A run waits until what the ledger knows beyond the database is repeated.
      if (Date.now() - woken > 5_000) {
        await this.#installation.wake();
        woken = Date.now();
      }
      return (await this.#installation.runsGoing()) === 0;
    };
    await until(isOver, STUCK_AFTER_MS, 'runs come to no end');
    const failed = await this.#installation.sql<{ status: string; code: string | null }>(
      `SELECT status, error_code AS code FROM run WHERE status NOT LIKE 'succeeded%'`,
    );
    for (const { status, code } of failed) this.result.problems.push(`a run is ${status} ${code}`);
  }

  /** Files of many, while the workers that begin to look for the people die. */
  async #ask(): Promise<void> {
    const { services } = this.#installation.app;
    const { officer } = this.#installation.people;
    const asked = this.#chosen.map((one) => ({ one, caseId: `E-${randomUUID()}`, named: this.#nameOf(one) }));
    for (const { one, caseId } of asked) this.#uncertain.set(caseId, ownerlessOf(one, this.#scene.ground.rows));
    await this.#blows.during(['person', 'discovery', 'advance'], this.#options.kills / 4, async () => {
      for (let at = 0; at < asked.length; at += CONSUMERS_PER_FILE) {
        const consumers = asked.slice(at, at + CONSUMERS_PER_FILE).map(({ caseId, named }) => ({ caseId, ...named }));
        await submitRequestFile(services, officer, { kinds: ['erasure'], identityNote: 'Passport seen.', consumers });
      }
      await this.#all('approval');
    });
    // An erasure counts anew: who shared a number may be gone by then.
    this.result.problems.push(...(await discoveryProblems(this.#installation, this.#uncertain)));
  }

  /** Whoever is named by what the catalog does not know is not found at all. */
  #nameOf(one: Chosen): Named {
    return this.#options.bugs.noAlias ? { contact_id: one.contacts[0] ?? '' } : nameOf(this.#random, one);
  }

  async #agree(): Promise<void> {
    const { app, people } = this.#installation;
    for (const { id } of await this.#installation.sql<{ id: string }>('SELECT id FROM data_request')) await approveRequest(app.services, people.approver, id);
  }

  /** The delay ends, the people go, exports are made meanwhile, and some come back before the second search. Gives a dump of the source amidst. */
  async #erase(): Promise<string> {
    const { ground, source, comers } = this.#scene;
    let dump = '';
    await this.#installation.advance(25 * HOUR);
    await this.#blows.during(['begin', 'ledger', 'change', 'change', 'research', 'withdraw', 'advance', 'export'], this.#options.kills / 2, async () => {
      await this.#installation.wake();
      await until(
        async () => (await this.#count('verified')) > this.#chosen.length / 3,
        STUCK_AFTER_MS,
        () => 'nobody is erased',
      );
      if (this.#options.restores.source > FROM_TEMPLATE) dump = await ground.dump(source, this.#installation.home);
      for (const one of windowsOf([40, 50], 2)) await this.#installation.exportWindow(one);
      await this.#all('verified');
    });
    await addCustomers(source, comers);
    for (const one of this.#chosen.slice(0, 2)) await loadAgain(source, one, ground.rows);
    await this.#installation.advance(25 * HOUR);
    await this.#blows.during(['research', 'receipt', 'receipt', 'withdraw', 'advance'], this.#options.kills / 4, async () => {
      await this.#installation.wake();
      await this.#all('done');
    });
    await this.#installation.wake();
    await this.#exported();
    return dump;
  }

  /** The source is what the oracle says. */
  async #settled(source: TestConnection): Promise<void> {
    const { known, who, comers, ground, search } = this.#scene;
    const found = await dumpCentre(source);
    const own = new Set(comers.flatMap(({ contact }) => [contact, `AA${contact}`, `IA${contact}`]));
    const others = { ...found, contact: found.contact.filter((row) => !own.has(row['contact_id'] ?? '')) } as CentreRows;
    const rest = {
      ...others,
      contact_attribute: found.contact_attribute.filter((row) => !own.has(row['attribute_id'] ?? '')),
      interaction: found.interaction.filter((row) => !own.has(row['ixn_id'] ?? '')),
    };
    const { rows, problems } = rowProblems(rest, rowsWithout(ground.rows, who));
    this.result.rows += rows;
    this.result.problems.push(...problems, ...rowsHolding(found, search));
    const there = known.contact.length - ground.rows.contact.length;
    if (found.contact.length - rest.contact.length !== there) this.result.problems.push('somebody who is a customer again was taken away');
  }

  /** All files that are there, opened; then everything that UDM keeps or said, as it lies on the disk. */
  async #searched(): Promise<void> {
    const { installation, search, ground } = this.#scene;
    const files = await artifactProblems(installation, await artifactsOf(installation), ground.recipient.keyFile, search);
    await installation.sql('CHECKPOINT');
    const data = await search.inFolder(installation.dataFolder);
    const ledger = await search.inFolder(installation.ledgerFolder);
    this.result.bytesSearched += files.bytes + data.bytes + ledger.bytes;
    this.result.problems.push(...files.problems, ...[...data.found, ...ledger.found].map((file) => `${file} of UDM holds somebody who was erased`));
    if (search.isIn(Buffer.from(installation.workers.output))) this.result.problems.push('a worker printed who was erased');
  }

  async #count(state: string): Promise<number> {
    const [row] = await this.#installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM data_request WHERE state = $1', [state]);
    return row?.n ?? 0;
  }

  async #all(state: string): Promise<void> {
    let states = '';
    let changed = Date.now();
    await until(
      async () => {
        const rows = await this.#installation.sql<{ state: string; n: number }>('SELECT state, count(*)::int AS n FROM data_request GROUP BY 1 ORDER BY 1');
        const now = rows.map((row) => `${row.n} ${row.state}`).join(', ');
        if (now !== states) changed = Date.now();
        states = now;
        // What its worker left waits for its lease, a try that failed for its turn, and who was found again for another day.
        const later = await this.#waitsForAnotherDay();
        if ((later && state === 'done') || Date.now() - changed > STALL_MS) {
          await this.#installation.advance(later ? 25 * HOUR : 60_000);
          await this.#installation.wake();
          changed = Date.now();
        }
        return (await this.#count(state)) === this.#chosen.length;
      },
      STUCK_AFTER_MS,
      () => `not all requests are ${state}: ${states}`,
    );
  }

  /** All that is to be done is a second search a day later. */
  async #waitsForAnotherDay(): Promise<boolean> {
    const [steps] = await this.#installation.sql<{ open: number; later: number }>(`
      SELECT count(*)::int AS open, count(*) FILTER (WHERE phase = 'research_2' AND state = 'waiting' AND leased_until > udm_now() + interval '1 hour')::int AS later
        FROM data_request_step WHERE state IN ('waiting', 'running')`);
    return (steps?.open ?? 0) > 0 && steps?.open === steps?.later;
  }
}
