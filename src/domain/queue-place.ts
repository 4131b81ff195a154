/** Where a run stands in line, told as a range: nobody knows how long the runs before it will take. */
export interface QueuePlace {
  readonly ahead: number;
  /** Seconds until its turn; null while nothing is known of how long runs take. */
  readonly secondsFrom: number | null;
  readonly secondsTo: number | null;
}

export interface QueueFacts {
  readonly ahead: number;
  /** How many of them run side by side just now. */
  readonly running: number;
  /** A quarter of the recent runs took less than `low` seconds, a quarter more than `high`; null without any. */
  readonly low: number | null;
  readonly high: number | null;
}

/** At best as many go on side by side as do now and all are quick; at worst they go one after another and are slow. */
export function placeInQueue({ ahead, running, low, high }: QueueFacts): QueuePlace {
  if (ahead === 0) return { ahead, secondsFrom: 0, secondsTo: 0 };
  if (low === null || high === null) return { ahead, secondsFrom: null, secondsTo: null };
  return { ahead, secondsFrom: Math.floor((low * ahead) / Math.max(1, Math.min(running, ahead))), secondsTo: Math.ceil(high * ahead) };
}
