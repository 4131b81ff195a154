/**
 * What the simulation has found in src/ and what is not mended yet. While a name stands here, the simulation goes round it; take it out
 * when it is mended and mirror the new rule in the pure world. `--strict` of main.ts forgets them all.
 */
export const KNOWN_DEFECTS = {
  onceThatRanIsActiveAgain:
    'A job that ran once is made active and editable again when a run of it that a user asked for (Run now) failed with window.not_settled: triedAhead of src/records/planner.ts looks at every trigger',
  onceTriedFarAhead:
    'The run of a job that runs once fails with window.not_settled while the clock is ahead of its date: waitAgain looks for a date still to come by that clock, and later planned_until is not ahead, so nobody makes the job active again and it never runs',
  waitAgainHidesPlan:
    'waitAgain sets planned_until back and removes no rows, so that planAgain no longer sees that the plan of the job was ahead: rows of its earlier schedule that never ran stay at instants that have not come',
} as const;
export type Defect = keyof typeof KNOWN_DEFECTS;
export const ALL_DEFECTS: ReadonlySet<Defect> = new Set(Object.keys(KNOWN_DEFECTS) as Defect[]);
