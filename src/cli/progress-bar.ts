import { byteText, durationText } from './terminal.ts';

export interface BarState {
  readonly label: string;
  /** 0 to 100; null while unknown. */
  readonly percent: number | null;
  readonly detail: string;
}

const WIDTH = 28;
const PLAIN_EVERY_MS = 2_000;

/** A progress bar on standard error: one line that moves on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  #lastPlain = 0;
  #drawn = false;

  show(state: BarState): void {
    const percent = state.percent === null ? '   ' : `${String(state.percent).padStart(3)}%`;
    const filled = Math.round(((state.percent ?? 0) / 100) * WIDTH);
    const line = `${state.label} [${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${percent}  ${state.detail}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`);
      this.#drawn = true;
      return;
    }
    if (performance.now() - this.#lastPlain < PLAIN_EVERY_MS && state.percent !== 100) return;
    this.#lastPlain = performance.now();
    process.stderr.write(`${line}\n`);
  }

  end(): void {
    if (this.#drawn) process.stderr.write('\n');
    this.#drawn = false;
  }
}

/** What a bar says about a run. */
export function runDetail(progress: { rows: number; rowsEstimated: number | null; bytes: number; secondsLeft: number | null; phase: string }): string {
  const rows = progress.rowsEstimated === null ? `${progress.rows} rows` : `${progress.rows} of about ${progress.rowsEstimated} rows`;
  const left = progress.secondsLeft === null ? '' : `, about ${durationText(progress.secondsLeft)} left`;
  return `${progress.phase}: ${rows}, ${byteText(progress.bytes)}${left}`;
}
