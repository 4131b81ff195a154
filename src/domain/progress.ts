export interface ProgressEstimate {
  /** 0 to 100; null while the number of rows is unknown. */
  readonly percent: number | null;
  readonly secondsLeft: number | null;
}

/**
 * How far a run is and how long it will take, from rows so far and the estimated number. An estimate that was too low
 * never shows 100 % before the end, and no time is named in the first second, when the rate says nothing.
 */
export function estimateProgress(rows: number, rowsEstimated: number | null, secondsReading: number): ProgressEstimate {
  if (rowsEstimated === null) return { percent: null, secondsLeft: null };
  const total = Math.max(rowsEstimated, rows, 1);
  const percent = Math.min(99, Math.floor((rows / total) * 100));
  if (secondsReading < 1 || rows === 0) return { percent, secondsLeft: null };
  const left = Math.ceil((total - rows) / (rows / secondsReading));
  return { percent, secondsLeft: Math.max(left, 1) };
}
