import type { ProgressView, RunView } from '../contract/run.ts';
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

const UNKNOWN: Readonly<Record<NonNullable<ProgressView['timeLeftUnknown']>, string>> = {
  too_early: 'too early to tell the time left',
  more_rows: 'more rows than expected, time left not known',
  stalled: 'no new rows for a while, time left not known',
  unsteady: 'the speed varies too much to tell the time left',
  longer_than_usual: 'takes longer than usual, time left not known',
};

/** What a bar says about a run. */
export function runDetail({ progress, attempt, retryAt, error }: Pick<RunView, 'progress' | 'attempt' | 'retryAt' | 'error'>): string {
  if (retryAt !== null) return `attempt ${attempt} failed, the next is at ${retryAt}: ${error?.text ?? ''}`;
  const rows = progress.rowsEstimated === null ? `${progress.rows} rows` : `${progress.rows} of about ${progress.rowsEstimated} rows`;
  return [`${attempt > 1 ? `attempt ${attempt}, ` : ''}${progress.phase}: ${rows}`, byteText(progress.bytes), timeLeftText(progress)]
    .filter((text) => text !== '')
    .join(', ');
}

/** The time left, always as a range; or why there is none. */
export function timeLeftText({ timeLeft, timeLeftUnknown }: ProgressView): string {
  if (timeLeft === null) return timeLeftUnknown === null ? '' : UNKNOWN[timeLeftUnknown];
  const { from, to, basis } = timeLeft;
  const range = from === 0 || from === to ? `up to ${durationText(to)}` : `${durationText(from)} to ${durationText(to)}`;
  return `${range} left${basis === 'past_runs' ? ', going by past runs' : ''}`;
}
