import { type ChildProcess, spawn } from 'node:child_process';

/** Of a process that says when it can be given something to do. */
interface Reporting {
  readonly kind: string;
}

/** Worker processes that can be killed: in the place of each that ends comes another. */
export class WorkerProcesses<Order extends object, Report extends Reporting> {
  readonly #script: string;
  readonly #args: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #alive = new Set<ChildProcess>();
  readonly #ready = new Set<ChildProcess>();
  readonly #listeners = new Set<(report: Report, from: ChildProcess) => void>();
  #closing = false;
  /** What all of them said on their streams. */
  output = '';

  constructor(script: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#script = script;
    this.#args = args;
    this.#environment = environment;
  }

  /** Resolves when so many are ready. */
  async start(count: number): Promise<void> {
    this.#closing = false;
    await Promise.all(Array.from({ length: count }, () => this.#add()));
  }

  /** Processes that are alive, a paused one included. */
  get alive(): readonly ChildProcess[] {
    return [...this.#alive];
  }

  /** Those that can be given something to do. */
  get ready(): readonly ChildProcess[] {
    return [...this.#ready].filter((worker) => worker.connected);
  }

  /** To all of them, or to this one. */
  tell(order: Order, ...to: readonly ChildProcess[]): void {
    for (const worker of to.length > 0 ? to : this.#alive) if (worker.connected) worker.send(order);
  }

  /** Hears the workers until the returned function is called. */
  listen(listener: (report: Report, from: ChildProcess) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Kills all of them; nobody comes in their place. */
  async stop(): Promise<void> {
    this.#closing = true;
    const ended = [...this.#alive].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of this.#alive) worker.kill('SIGKILL');
    await Promise.all(ended);
  }

  async #add(): Promise<void> {
    const worker = spawn(process.execPath, [this.#script, ...this.#args], { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#alive.add(worker);
    // An order to one that has just died.
    worker.on('error', () => undefined);
    for (const stream of [worker.stdout, worker.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    const ready = new Promise<void>((resolve, reject) => {
      worker.on('message', (report: Report) => {
        if (report.kind === 'ready') {
          this.#ready.add(worker);
          resolve();
        }
        for (const listener of this.#listeners) listener(report, worker);
      });
      worker.once('exit', () => reject(new Error(`a worker ended before it was ready:\n${this.output.slice(-4_000)}`)));
    });
    worker.once('exit', () => {
      this.#alive.delete(worker);
      this.#ready.delete(worker);
      if (!this.#closing) this.#add().catch(() => undefined);
    });
    await ready;
  }
}
