/**
 * How far a run is, 0 to 99, from rows so far and the estimated number; null while that is unknown. An estimate that was
 * too low never shows 100 % before the end.
 */
export function percentDone(rows: number, rowsEstimated: number | null): number | null {
  if (rowsEstimated === null) return null;
  return Math.min(99, Math.floor((rows / Math.max(rowsEstimated, rows, 1)) * 100));
}

/** Seconds a run will still take, at least 1; null while unknown and in the first second, when the rate says nothing. */
export function secondsLeft(rows: number, rowsEstimated: number | null, secondsReading: number): number | null {
  if (rowsEstimated === null || rows === 0 || secondsReading < 1) return null;
  return Math.max(1, Math.ceil((Math.max(rowsEstimated, rows) - rows) / (rows / secondsReading)));
}
