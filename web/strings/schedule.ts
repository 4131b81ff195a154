import type { JobRun, JobView } from '../../src/contract/job.ts';

const runs: Record<JobRun['kind'], string> = { once: 'Once', hourly: 'Hourly', daily: 'Daily', weekly: 'Weekly', monthly: 'Monthly' };

const missed: Record<JobView['missedRuns'], string> = {
  all: 'All: run each of them, one after the other',
  latest: 'Latest only: run the last of them',
  none: 'None: go on with the next planned run',
};

/** Words of the part of the editor that says when a job runs. */
export const schedule = {
  runs,
  immediately: 'Start immediately',
  configure: 'Configure start date and time',
  at: 'Date and time',
  every: 'Every … hours',
  everyHint: '1 to 23, counted from midnight each day',
  minute: 'At minute',
  minuteHint: '0 to 59',
  time: 'Time',
  weekdays: 'Weekdays',
  weekdayNames: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  day: 'Day of month',
  lastDay: 'Last day',
  dayHint: 'A month without this day is left out.',
  start: 'Start',
  startNow: 'Start now',
  startAt: 'Start at a date and time',
  startMoment: 'First date and time',
  hasEnd: 'End at a date and time',
  end: 'Last date and time',
  timeZone: 'Time zone',
  zoneSearch: 'Search, e.g. Berlin',
  zoneNothing: 'No time zone is called like this.',
  zonesRefused: 'The list of time zones could not be loaded.',
  zoneDiffers: (zone: string) => `Your computer is set to ${zone}; dates and times here are not those of your clock.`,
  missedRuns: 'Missed runs',
  missedHint: 'What to do about runs that fell due while UDM was down.',
  missed,
  missedExample: {
    all: 'Example: an hourly job, UDM down from 02:10 to 05:30. The runs of 03:00, 04:00 and 05:00 all run at 05:30, one after the other, each with its own window.',
    latest:
      'Example: an hourly job, UDM down from 02:10 to 05:30. Only the run of 05:00 runs at 05:30. “Since previous run” loses nothing by it: that one run covers everything since 02:00.',
    none: 'Example: an hourly job, UDM down from 02:10 to 05:30. Nothing runs before 06:00. “Since previous run” loses nothing by it: the run of 06:00 covers everything since 02:00; with “Last …” the time between stays uncovered.',
  },
} as const;
