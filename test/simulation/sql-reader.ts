import type { SimulationDatabase } from './sql-database.ts';
import type { ChainRow, JobRow, ReadOut, RunRow } from './world.ts';

/** Instants as epoch milliseconds. */
const ms = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::float8`;

const READ = `
  SELECT
    (SELECT json_agg(json_build_object('id', id, 'state', state, 'submitted', submitted_at IS NOT NULL, 'plannedUntil', ${ms('planned_until')},
      'nextRunAt', ${ms('next_run_at')}, 'chain', chain_id)) FROM export_job) AS jobs,
    (SELECT json_agg(json_build_object('id', id, 'job', job_id, 'instant', ${ms('scheduled_at')}, 'trigger', trigger, 'status', status,
      'from', ${ms('window_from')}, 'to', ${ms('window_to')}, 'lateFrom', ${ms('late_from')}, 'arrivalTo', ${ms('arrival_to')}, 'chain', chain_id,
      'attempt', attempt, 'code', error_code)) FROM run) AS runs,
    (SELECT json_agg(json_build_object('id', chain.id, 'job', job_id, 'source', source.name, 'entityTypes', entity_types, 'dataFrom', ${ms('data_from')},
      'edge', ${ms('edge')}, 'arrivalEdge', ${ms('arrival_edge')})) FROM chain JOIN source ON source.id = chain.source_id) AS chains,
    (SELECT json_agg(run_id) FROM test_task) AS tasks`;

type Named<Row> = Omit<Row, 'job' | 'chain' | 'number'> & { readonly id: string; readonly job: string; readonly chain: string | null };
interface Answer {
  readonly jobs: Named<JobRow>[] | null;
  readonly runs: Named<RunRow>[] | null;
  readonly chains: Named<ChainRow>[] | null;
  readonly tasks: string[] | null;
}

/** Reads what stands in the tables; jobs and chains get the numbers of their order. */
export class SqlReader {
  readonly #database: SimulationDatabase;
  readonly #jobs: readonly string[];
  /** Chains of each job, in the order in which they were first seen. */
  readonly #chains = new Map<string, string[]>();

  constructor(database: SimulationDatabase, jobs: readonly string[]) {
    this.#database = database;
    this.#jobs = jobs;
  }

  async read(): Promise<ReadOut> {
    const [answer] = await this.#database.query<Answer>(READ);
    const { jobs, runs, chains, tasks } = answer as Answer;
    for (const { id, job } of chains ?? []) this.#see(job, id);
    return {
      jobs: this.#jobs.map((id) => this.#job((jobs ?? []).find((job) => job.id === id) as Named<JobRow>)),
      runs: (runs ?? []).map((run) => ({ ...run, job: this.#jobs.indexOf(run.job), chain: this.#numberOf(run.job, run.chain) })),
      chains: (chains ?? []).map((chain) => ({ ...chain, job: this.#jobs.indexOf(chain.job), number: this.#numberOf(chain.job, chain.id) as number })),
      tasks: new Set(tasks ?? []),
    };
  }

  #job({ id, chain, ...job }: Named<JobRow>): JobRow {
    return { ...job, chain: this.#numberOf(id, chain) };
  }

  #see(job: string, chain: string): void {
    const known = this.#chains.get(job) ?? [];
    if (!known.includes(chain)) this.#chains.set(job, [...known, chain]);
  }

  #numberOf(job: string, chain: string | null): number | null {
    return chain === null ? null : (this.#chains.get(job)?.indexOf(chain) ?? null);
  }
}
