import { SOURCES, type SimulatedRow, type SourceName } from './contact-centre.ts';
import { type JobModel, nameOf, require, time } from './job-model.ts';
import { type AttemptSnapshot, type ChainRow, isOpen, type JobSettings, type ReadOut, type RunRow } from './world.ts';

/** The ledger once more: what is published of each chain, as sets of rows. */

interface ChainModel {
  readonly job: number;
  readonly number: number;
  readonly source: SourceName;
  /** Null: all there are. */
  readonly entityTypes: readonly string[] | null;
  /** As the settings say it; another text is another chain. */
  readonly dataFromText: string;
  dataFrom: number | null;
  edge: number | null;
  arrivalEdge: number | null;
  readonly exported: Set<number>;
}

export class ChainChecks {
  readonly #chains: ChainModel[] = [];
  readonly #published = new Set<string>();
  /** A chain whose job was given another start. */
  #moves: { readonly chain: ChainModel; readonly dataFrom: number | null } | null = null;
  readonly #settle: Record<SourceName, number> = { UCSX: 300, IWD: 300 };
  readonly #leastSettle: Record<SourceName, number> = { UCSX: 300, IWD: 300 };

  settleChanged(source: SourceName, seconds: number): void {
    this.#settle[source] = seconds;
    this.#leastSettle[source] = Math.min(this.#leastSettle[source], seconds);
  }

  /** A job was made or edited: a change of source, entity types or Data from begins a chain, everything else goes on with it. */
  jobChanged({ number, settings }: Pick<JobModel, 'number' | 'settings'>): void {
    if (settings.range.kind !== 'since_previous') return;
    const { source, range } = settings;
    const now = this.#ofJob(number).at(-1);
    const entityTypes = namesOf(settings);
    const dataFrom = dataFromOf(settings);
    if (now && now.source === source && String(now.entityTypes) === String(entityTypes) && now.dataFromText === range.dataFrom) {
      if (range.dataFrom === 'start' && now.edge === now.dataFrom) this.#moves = { chain: now, dataFrom };
      return;
    }
    const place = { job: number, number: this.#ofJob(number).length, source, entityTypes, dataFromText: range.dataFrom, dataFrom };
    this.#chains.push({ ...place, edge: dataFrom, arrivalEdge: null, exported: new Set() });
  }

  /** After every step: the chains are those that should be, and their edges stand where publishing put them. */
  look({ jobs, chains, runs }: ReadOut, models: readonly JobModel[]): void {
    this.#move(runs);
    for (const { number, settings } of models) {
      if (settings.range.kind !== 'since_previous') continue;
      const expected = this.#ofJob(number).length - 1;
      require(jobs[number]?.chain === expected, () =>
        `job ${number} goes on with chain ${jobs[number]?.chain}, but its settings are those of chain ${expected}`);
    }
    for (const chain of chains) {
      const model = this.#chains.find((one) => one.job === chain.job && one.number === chain.number);
      require(model !== undefined, () => `job ${chain.job} has a chain ${chain.number} that nothing began`);
      const same = model?.dataFrom === chain.dataFrom && model.edge === chain.edge && model.arrivalEdge === chain.arrivalEdge;
      require(same, () => `chain ${chain.number} of job ${chain.job} stands at ${edgesOf(chain)}, but published is ${edgesOf(model as ChainModel)}`);
    }
  }

  /** "From the start" goes with the start of the job, until something is published or about to be. */
  #move(runs: readonly RunRow[]): void {
    if (!this.#moves) return;
    const { chain, dataFrom } = this.#moves;
    const waits = runs.some((run) => run.job === chain.job && run.chain === chain.number && (isOpen(run) || run.status === 'scheduled'));
    if (!waits) Object.assign(chain, { dataFrom, edge: dataFrom });
    this.#moves = null;
  }

  published(run: RunRow, snapshot: AttemptSnapshot): void {
    this.#close(run, snapshot);
    const key = `${run.job} ${run.instant}`;
    require(run.trigger === 'backfill' || !this.#published.has(key), () => `${nameOf(run)} published twice`);
    if (run.trigger !== 'backfill') this.#published.add(key);
  }

  #close(run: RunRow, snapshot: AttemptSnapshot): void {
    const { to, now, source } = snapshot;
    // A window of a chain is closed for good; of the others the newest rows are not settled anyway.
    const lag = this.#settle[source] * 1_000 * (run.chain === null ? -1 : 1);
    require(to === null || to + lag <= now, () => `${nameOf(run)} published up to ${time(to)}, read at ${time(now)}: the window was not settled`);
    if (run.chain === null) return;
    const chain = this.#chains.find((one) => one.job === run.job && one.number === run.chain) as ChainModel;
    require(snapshot.from === chain.edge, () => `${nameOf(run)} published from ${time(snapshot.from)}, but the one before ended at ${time(chain.edge)}`);
    require(to !== null && (chain.edge === null || to > chain.edge), () => `${nameOf(run)} published the empty window up to ${time(to)}`);
    for (const row of snapshot.rows) this.#export(run, chain, row, row.time >= (chain.edge ?? -Infinity) && row.time < (to as number));
    for (const row of snapshot.lateRows) this.#export(run, chain, row, row.time < (chain.edge ?? -Infinity));
    chain.edge = to;
    if (snapshot.arrivalTo !== null) chain.arrivalEdge = Math.max(chain.arrivalEdge ?? -Infinity, snapshot.arrivalTo);
  }

  #export(run: RunRow, chain: ChainModel, row: SimulatedRow, belongs: boolean): void {
    const its = isOf(chain, row) && row.time >= (chain.dataFrom ?? -Infinity);
    require(belongs && its, () => `${nameOf(run)} exported row ${row.id} of ${time(row.time)}, which is not of its window`);
    require(!chain.exported.has(row.id), () => `${nameOf(run)} exported row ${row.id} of ${time(row.time)} a second time`);
    chain.exported.add(row.id);
  }

  /** At the end: every row of the published time that had appeared is exported. */
  end(rows: readonly SimulatedRow[]): void {
    for (const chain of this.#chains) {
      const missing = rows.find((row) => this.#shouldBeExported(chain, row) && !chain.exported.has(row.id));
      require(!missing, () =>
        `row ${missing?.id} of ${time(missing?.time ?? null)}, stored ${time(missing?.storedAt ?? null)}, is not exported: chain ${chain.number} of job ${chain.job} has published ${edgesOf(chain)}`);
    }
  }

  #shouldBeExported(chain: ChainModel, row: SimulatedRow): boolean {
    const { edge, dataFrom, arrivalEdge } = chain;
    if (edge === null || !isOf(chain, row)) return false;
    if (row.time < (dataFrom ?? -Infinity) || row.time >= edge) return false;
    if (SOURCES[row.source].tellsArrivals) return arrivalEdge !== null && row.storedAt < arrivalEdge;
    // Without an arrival column only what appears within the lag is promised.
    return row.visibleAt <= row.time + this.#leastSettle[row.source] * 1_000;
  }

  #ofJob(job: number): ChainModel[] {
    return this.#chains.filter((one) => one.job === job);
  }
}

function namesOf({ entityTypes }: JobSettings): string[] | null {
  return entityTypes === 'all' ? null : [...entityTypes].sort();
}

function isOf({ source, entityTypes }: ChainModel, row: SimulatedRow): boolean {
  return row.source === source && (entityTypes?.includes(row.entityType) ?? true);
}

function dataFromOf({ range, run }: JobSettings): number | null {
  if (range.kind !== 'since_previous' || range.dataFrom === 'all') return null;
  if (range.dataFrom !== 'start') return Date.parse(range.dataFrom);
  return run.kind === 'once' ? null : Date.parse(run.start);
}

function edgesOf(chain: Pick<ChainRow, 'dataFrom' | 'edge' | 'arrivalEdge'>): string {
  return `[${time(chain.dataFrom)}, ${time(chain.edge)}) stored before ${time(chain.arrivalEdge)}`;
}
