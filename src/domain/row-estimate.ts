/** How many rows a run will give: guessed before it reads, corrected as it goes. */

export interface RowEstimate {
  /** Rows of each file, in the order they are read. */
  readonly files: readonly number[];
  /** They were counted; else the source's planner guessed. */
  readonly exact: boolean;
}

/** How far reading is. */
export interface RowsSoFar {
  readonly rows: number;
  /** Files that are read to their end, and how many rows these have. */
  readonly filesDone: number;
  readonly rowsOfDone: number;
}

/** Rows there were, in units of those that were guessed. */
export interface Bias {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

export interface RowTotal {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
  /** There are so many more rows than were guessed that nobody knows how many are to come. */
  readonly beyond: boolean;
}

/** Of a planner whose statistics are fresh, as long as no past run says more. */
export const USUAL_BIAS: Bias = { low: 0.8, likely: 1, high: 1.3 };
const NO_BIAS: Bias = { low: 1, likely: 1, high: 1 };
/** So many past runs are worth more than what is usual. */
const ENOUGH_RUNS = 5;

/** What past guesses were worth. */
export function biasFrom(past: readonly { readonly rows: number; readonly expected: number }[]): Bias {
  const ratios = past.map(({ rows, expected }) => Math.min(100, Math.max(0.01, (amount(rows) + 1) / (amount(expected) + 1)))).sort((a, b) => a - b);
  if (ratios.length < ENOUGH_RUNS) return USUAL_BIAS;
  return { low: quantile(ratios, 0.1), likely: quantile(ratios, 0.5), high: quantile(ratios, 0.9) };
}

/**
 * The rows of the whole run. Files that are done correct the guesses of those to come; a file that has more rows than
 * was guessed is taken to have a tenth more, and the more it goes beyond, up to as many again.
 */
export function totalRows(estimate: RowEstimate, { rows, filesDone, rowsOfDone }: RowsSoFar, past: Bias): RowTotal {
  const [read, done, ofDone] = [amount(rows), Math.min(estimate.files.length, amount(filesDone)), Math.min(amount(rows), amount(rowsOfDone))];
  const guesses = estimate.files.map(amount);
  const bias = estimate.exact ? NO_BIAS : past;
  const factor = estimate.exact ? 1 : correction(guesses, done, ofDone, bias.likely);
  const [current = 0, ...later] = guesses.slice(done).map((guess) => guess * factor);
  const rest = later.reduce((sum, guess) => sum + guess, 0);
  if (done === guesses.length && done > 0) return { low: read, likely: read, high: read, beyond: false };
  const inFile = read - ofDone;
  const spread = { low: bias.low / bias.likely, high: bias.high / bias.likely };
  const overdue = estimate.exact && inFile <= current ? 0 : share(inFile, current) * inFile;
  const likely = read + Math.max(current - inFile, overdue) + rest;
  const low = read + Math.max(0, current * spread.low - inFile) + rest * spread.low;
  const high = read + Math.max(0, current * spread.high - inFile) + rest * spread.high;
  const beyond = inFile > current * spread.high && inFile > 0 && overdue > rest / 2;
  return { low: Math.min(low, likely), likely, high: Math.max(high, likely), beyond };
}

/** Rows there were in the files that are done, in units of the guesses; what came before weighs as much as a tenth of all rows. */
function correction(guesses: readonly number[], done: number, rowsOfDone: number, likely: number): number {
  const weight = Math.max(1, guesses.reduce((sum, guess) => sum + guess, 0) / 10);
  const guessed = guesses.slice(0, done).reduce((sum, guess) => sum + guess, 0);
  return (rowsOfDone + likely * weight) / (guessed + weight);
}

/** How much of what a file has will still come when it is about as long as was guessed, or longer. */
function share(rows: number, guessed: number): number {
  return guessed <= 0 ? 1 : Math.min(1, Math.max(0, rows / guessed - 0.9));
}

/** More rows, bytes or milliseconds than there can be. */
const MOST = 1e15;

/** A number that can be reckoned with: not below 0, and finite. */
export function amount(value: number): number {
  return value > 0 ? Math.min(value, MOST) : 0;
}

/** Of sorted values, between them where it falls; there is at least one. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}
