import { type Outcome, type Play, play } from './simulation.ts';
import type { Scenario, Step } from './steps.ts';

/** A broken scenario with as few steps as can be found that still breaks in the same way: leaves out ever smaller groups of steps. */
export async function shrink(how: Play, outcome: Outcome): Promise<Scenario> {
  const kind = kindOf(outcome);
  const breaks = async (steps: readonly Step[]) => kindOf(await play({ ...how, scenario: { ...how.scenario, steps } })) === kind;
  let steps: readonly Step[] = how.scenario.steps.slice(0, (outcome.broken?.step ?? 0) + 1);
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < steps.length; ) {
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await breaks(fewer)) steps = fewer;
      else at += size;
    }
  }
  return { ...how.scenario, steps };
}

/** What was broken, without the times and numbers. */
export function kindOf({ broken }: Outcome): string | null {
  return broken === null ? null : broken.what.replaceAll(/[\d.:-]+/g, '#');
}
