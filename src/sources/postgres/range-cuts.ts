/** Where a file is cut: what PostgreSQL knows of its times, and how many ranges there are. */
export interface Cuts {
  /** In order. */
  readonly bounds: readonly number[];
  readonly ranges: number;
}

/** Where a range ends and the next begins; null before the first and behind the last. Two ends are alike where a range is empty. */
export function edgeOf({ bounds, ranges }: Cuts, range: number): string | null {
  if (range === 0 || range === ranges) return null;
  // Evenly spread over stretches of as many rows each; inside a stretch, evenly over its time.
  const place = (range * (bounds.length - 1)) / ranges;
  const [start, end] = [bounds[Math.floor(place)] as number, bounds[Math.ceil(place)] as number];
  return new Date(Math.floor(start + (end - start) * (place % 1))).toISOString();
}
