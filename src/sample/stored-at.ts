import { timeCell } from './copy-value.ts';
import { Random } from './random.ts';
import { SECOND, type SamplePlan } from './sample-plan.ts';

/** Numbers of their own, so that the other values of the sample do not depend on them. */
const STORED_STREAM = { contact: 7, interaction: 8, workItem: 9, event: 10 } as const;
const LEAST_DELAY = SECOND / 10;
const MOST_DELAY = 3 * SECOND;

/** Cells of `stored_at`: a row comes in 0.1 to 3 seconds after its time, so never more than 3 after the sample's end. */
export function storedAt(plan: SamplePlan, table: keyof typeof STORED_STREAM): (timeMicros: number) => string {
  const random = new Random(plan.seed, STORED_STREAM[table]);
  return (time) => timeCell(time + LEAST_DELAY + random.below(MOST_DELAY - LEAST_DELAY));
}
