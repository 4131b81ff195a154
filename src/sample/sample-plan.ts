/** Microseconds. */
export const SECOND = 1_000_000;
export const DAY = 86_400 * SECOND;

/** What one sample holds; all rows follow from it. */
export interface SamplePlan {
  readonly seed: number;
  readonly contacts: number;
  readonly interactions: number;
  readonly workItems: number;
  /** Microseconds since 1970: interactions start in [end − span, end). */
  readonly endMicros: number;
  readonly spanMicros: number;
}
