import { ApiProblem, randomId } from '../api/client.ts';
import { type DownloadEntry, dropEntry, putEntry } from './list.ts';
import { CutDownload, newStanding, type Sink, type Standing, transfer, type Wanted } from './transfer.ts';

const STALLED_AFTER_MS = 30_000;
/** The speed is that of the last seconds. */
const SPEED_OVER_MS = 5_000;
const SHOWN_EVERY_MS = 200;
/** Nothing will change these answers. */
const FINAL: ReadonlySet<number> = new Set([404, 410, 412, 416, 422]);

/** Begins a download that the tray shows until it is dismissed. */
export function startDownload(named: Named, wanted: Wanted, sink: Sink): void {
  new Download(named, wanted, sink).resume();
}

type Named = Pick<DownloadEntry, 'name' | 'owner' | 'note'>;

class Download {
  readonly #id = randomId();
  readonly #named: Named;
  readonly #wanted: Wanted;
  readonly #sink: Sink;
  readonly #standing: Standing;
  #state: DownloadEntry['state'] = 'paused';
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #error: unknown = null;
  #stalled = false;
  /** Cancelled: what is still under way is shown no more. */
  #gone = false;
  #watch: ReturnType<typeof setInterval> | undefined;
  #lastByte = 0;
  #lastShown = 0;
  #marks: { at: number; received: number }[] = [];
  #hurry: () => void = () => {};

  constructor(named: Named, wanted: Wanted, sink: Sink) {
    this.#named = named;
    this.#wanted = wanted;
    this.#sink = sink;
    this.#standing = newStanding(wanted.bytes);
  }

  /** Goes on, or begins; while it waits after a cut, tries at once. */
  resume(): void {
    if (this.#state === 'waiting') {
      this.#hurry();
      return;
    }
    if (this.#state === 'receiving' && !this.#stalled) return;
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.#enter('receiving');
    // The write that is under way belongs to the bytes that are counted: it ends first.
    this.#running = this.#running.then(() => this.#run(stop));
  }

  pause(): void {
    this.#stop.abort();
    this.#enter('paused');
  }

  async cancel(): Promise<void> {
    this.#gone = true;
    this.#stop.abort();
    clearInterval(this.#watch);
    dropEntry(this.#id);
    await this.#running;
    await this.#sink.discard();
  }

  async #run(stop: AbortController): Promise<void> {
    if (stop.signal.aborted) return;
    try {
      await transfer({
        wanted: this.#wanted,
        standing: this.#standing,
        sink: this.#sink,
        signal: stop.signal,
        onBytes: () => this.#arrived(),
        onCut: () => this.#enter('waiting'),
        wait: (seconds, signal) => this.#rest(seconds, signal),
      });
      this.#enter('done');
    } catch (error) {
      if (stop.signal.aborted) return;
      this.#error = error;
      this.#enter('failed');
    }
  }

  /** Ends early when the network is back, or the person asks. */
  async #rest(seconds: number, signal: AbortSignal): Promise<void> {
    const hurry = new Promise<void>((resolve) => {
      this.#hurry = resolve;
      const timer = setTimeout(resolve, seconds * 1_000);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      window.addEventListener('online', end, { once: true, signal });
    });
    await hurry;
    signal.throwIfAborted();
    this.#enter('receiving');
  }

  #arrived(): void {
    const now = performance.now();
    this.#lastByte = now;
    this.#stalled = false;
    if (now - this.#lastShown < SHOWN_EVERY_MS) return;
    this.#marks = [...this.#marks.filter((mark) => now - mark.at < SPEED_OVER_MS), { at: now, received: this.#standing.received }];
    this.#show();
  }

  #enter(state: DownloadEntry['state']): void {
    this.#state = state;
    this.#stalled = false;
    this.#lastByte = performance.now();
    this.#marks = [];
    if (state !== 'failed') this.#error = null;
    clearInterval(this.#watch);
    if (state === 'receiving') this.#watch = setInterval(() => this.#look(), 1_000);
    this.#show();
  }

  /** Notices that nothing comes any more, and shows the last bytes that came too soon after others to be shown. */
  #look(): void {
    const now = performance.now();
    const stalled = now - this.#lastByte >= STALLED_AFTER_MS;
    const unseen = this.#lastByte > this.#lastShown;
    if (stalled !== this.#stalled) this.#stalled = stalled;
    else if (!unseen) return;
    this.#marks = this.#marks.filter((mark) => now - mark.at < SPEED_OVER_MS);
    this.#show();
  }

  #show(): void {
    if (this.#gone) return;
    this.#lastShown = performance.now();
    const { received, total } = this.#standing;
    const speed = this.#speed();
    putEntry({
      id: this.#id,
      ...this.#named,
      state: this.#state,
      received,
      total,
      speed,
      secondsLeft: speed === null || speed === 0 || total === null ? null : (total - received) / speed,
      stalled: this.#stalled,
      resumable: this.#wanted.sha256 !== undefined && !this.#isFinal(),
      checked: this.#standing.checked && this.#wanted.sha256 !== undefined,
      error: this.#error,
      pause: () => this.pause(),
      resume: () => this.resume(),
      cancel: () => void this.cancel(),
      dismiss: () => (this.#state === 'done' ? dropEntry(this.#id) : void this.cancel()),
    });
  }

  #speed(): number | null {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < 400) return null;
    return ((last.received - first.received) * 1_000) / (last.at - first.at);
  }

  /** A refusal that holds, or bytes or a disk that cannot be trusted any more: only a new download helps. */
  #isFinal(): boolean {
    if (this.#error === null || this.#error instanceof CutDownload) return false;
    return !(this.#error instanceof ApiProblem) || FINAL.has(this.#error.document.status);
  }
}
