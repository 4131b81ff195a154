/**
 * Seeded bugs: mistakes somebody could make in the rules of decision 0010, some of them once made. The simulation is worth something
 * only if it catches each (seeded-bugs.test.ts). They are switches of the pure world; the product has none.
 */
export const BUGS = {
  noUniqueKey: 'the unique key of job and instant is gone',
  dueBeforeNow: 'an occurrence is due before now instead of at or before it',
  dueFromPlanned: 'the occurrence at which planning ended counts once more',
  windowEndIncluded: 'the end of a window belongs to it',
  processClock: 'planners ask the clock of their process',
  noPlanAgain: 'a clock that went back is not heeded',
  actsIgnoreClock: 'a clock that went back is heeded by ticks, not by what users do',
  failedAheadStays: 'a run that read nothing while the clock was ahead keeps the instant to itself',
  oldSettingsAgain: 'a run that is made again keeps the data of the settings before an edit',
  queuedAheadStays: 'a run that waits in the queue while the clock was ahead keeps the instant to itself',
  takenBackBlocks: 'what waited for a run that was taken back does not get its turn',
  onceStaysSubmitted: 'a job that runs once stays submitted when its run is taken back',
  noPlanFromNow: 'a run that found that its time had not come leaves the plan as it is',
  edgeUnguarded: 'the edge moves wherever it stands',
  fenceless: 'a worker that lost its run publishes all the same',
  noLock: 'planners plan without the lock of the job',
  edgeMovesOnFailure: 'a run that failed closes its window',
  twoAtATime: 'a run gets its turn while another is going',
  lateRowsIgnored: 'rows stored behind the lag are not looked for',
  readsUnsettled: 'a window is read before it is settled',
  chainComparedWithJob: 'an edit compares with the job as it is, not with its chain',
  everySuspension: 'resume asks about the runs of every suspension',
} as const;
export type Bug = keyof typeof BUGS;
export const BUG_NAMES = Object.keys(BUGS) as Bug[];
