import type { PlannedSettings, Step } from './steps.ts';

/** What the simulation has found so far, each with as few steps as show it; kept so that it stays mended. */
export interface Trace {
  readonly what: string;
  readonly steps: readonly Step[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const base = { source: 'UCSX', entityTypes: 'all', timeZone: 'UTC', missedRuns: 'latest' } as const;
const chained = { kind: 'since_previous', dataFrom: 'start' } as const;
const everyHour = { kind: 'hourly', every: 1, minute: 0, start: 'now', end: null, aligned: false } as const;
const hourly: PlannedSettings = { ...base, run: everyHour, range: chained };
const daily: PlannedSettings = { ...base, run: { kind: 'daily', time: '23:00', start: 'kept', end: null, aligned: false }, range: chained };
const once: PlannedSettings = { ...base, run: { kind: 'once', in: HOUR }, range: { kind: 'all' } };
const sameDate: PlannedSettings = { ...once, run: { kind: 'once', in: 'kept' }, missedRuns: 'all' };

const tick: Step = { do: 'tick', planner: 0 };
const work: Step = { do: 'work all', most: 5 };
const putRight: Step = { do: 'put clock right' };
const nextHour: Step = { do: 'wait for', job: 0, ms: 1_000, within: 2 * HOUR };
const create = (settings: PlannedSettings): Step => ({ do: 'create', settings });
const edit = (settings: PlannedSettings): Step => ({ do: 'edit', job: 0, settings });
const setClock = (ms: number): Step => ({ do: 'set clock', ms });
const wait = (ms: number): Step => ({ do: 'wait', ms });
const row = (source: 'UCSX' | 'IWD', entityType: string, delay = 0): Step => ({
  do: 'rows appear',
  rows: [{ source, entityType, age: MINUTE, delay, atEnd: null }],
});

export const TRACES: readonly Trace[] = [
  {
    what: 'only an edit saw that the clock was ahead: what it planned is taken back all the same',
    steps: [create(hourly), setClock(30 * HOUR), edit(daily), putRight, tick, wait(13 * HOUR), tick, work],
  },
  {
    what: 'a suspension planned ahead of the clock: the schedule goes on when it is right again',
    steps: [create(hourly), setClock(5 * HOUR), { do: 'suspend', job: 0 }, putRight, tick, { do: 'resume', job: 0, missed: 'none' }, nextHour, tick, work],
  },
  {
    what: 'the clock went ahead and back while a tick was going on',
    steps: [create(hourly), { do: 'part of a tick', planner: 0, transactions: 3 }, setClock(5 * HOUR), tick, putRight, tick, nextHour, tick, work],
  },
  {
    what: 'a run tried while the clock was ahead does not stand in the way of its real time',
    steps: [create({ ...hourly, missedRuns: 'all' }), setClock(3 * HOUR), tick, work, putRight, tick, nextHour, tick, work, nextHour, tick, work],
  },
  {
    what: 'and is made again with the settings of an edit meanwhile',
    steps: [
      ...[create({ ...hourly, entityTypes: ['Chat'] }), setClock(70 * MINUTE), tick, work, putRight, tick, edit({ ...hourly, entityTypes: ['EmailIn'] })],
      ...[row('UCSX', 'EmailIn'), row('UCSX', 'Chat'), wait(20 * MINUTE), nextHour, tick, work],
    ],
  },
  {
    what: 'and not as cancelled, though it was cancelled there',
    steps: [
      ...[create(hourly), setClock(70 * MINUTE), tick, { do: 'claim', pick: 0 } as const, { do: 'cancel', pick: 0 } as const, work],
      ...[putRight, tick, nextHour, tick, work],
    ],
  },
  {
    what: 'and not as given up, though it was tried there six times',
    steps: [create(hourly), ...Array.from({ length: 6 }, () => [setClock(70 * MINUTE), tick, work, putRight, tick]).flat(), nextHour, tick, work],
  },
  {
    what: 'a job changes its data while it has another range: its chain begins anew',
    steps: [
      ...[create({ ...hourly, entityTypes: ['Chat'] }), edit({ ...hourly, entityTypes: ['Chat'], range: { kind: 'all' } })],
      ...[edit({ ...hourly, entityTypes: ['EmailIn'], range: { kind: 'all' } }), edit({ ...hourly, entityTypes: ['EmailIn'] }), nextHour, tick, work],
    ],
  },
  {
    what: 'a suspension across a clock that went back: resume asks about its runs',
    steps: [
      ...[create(hourly), nextHour, tick, work, { do: 'suspend', job: 0 } as const, setClock(-30 * MINUTE), tick],
      ...[nextHour, nextHour, tick, { do: 'resume', job: 0, missed: 'all' } as const, work],
    ],
  },
  {
    what: 'UDM’s clock is ahead by less than the lag: a window is read when it is settled by the source’s clock',
    steps: [
      ...[create({ ...hourly, source: 'IWD' }), setClock(4 * MINUTE), nextHour, tick, { do: 'work', pick: 0 } as const],
      ...[row('IWD', 'WorkItem', 0.5), putRight, wait(10 * MINUTE), tick, work, nextHour, tick, work],
    ],
  },
  {
    what: 'a job that runs once was planned while the clock was ahead and another run was going',
    steps: [create(once), { do: 'run now', job: 0 }, setClock(2 * HOUR), tick, putRight, tick, wait(61 * MINUTE), tick, work],
  },
  {
    what: 'a job that runs once was tried while the clock was ahead',
    steps: [create(once), setClock(2 * HOUR), tick, putRight, work, tick, wait(61 * MINUTE), tick, work],
  },
  {
    what: 'a run that somebody asked for waits behind one that is taken back: it gets its turn',
    steps: [create({ ...hourly, range: { kind: 'all' } }), setClock(70 * MINUTE), tick, { do: 'run now', job: 0 }, putRight, tick, work],
  },
  {
    what: 'a suspended job that runs once was edited, but not its date: resume runs it',
    steps: [create(once), { do: 'suspend', job: 0 }, wait(2 * HOUR), tick, edit(sameDate), { do: 'resume', job: 0, missed: 'latest' }, work],
  },
  {
    what: 'a job that ran once stays submitted, though another run of it failed ahead of its time',
    steps: [create(once), wait(2 * HOUR), tick, work, setClock(HOUR), { do: 'run now', job: 0 }, putRight, work, tick],
  },
  {
    what: 'a job that runs once was tried while the clock was ahead for the second time',
    steps: [create(once), setClock(2 * HOUR), tick, putRight, tick, setClock(5 * HOUR), work, putRight, tick, wait(61 * MINUTE), tick, work],
  },
  {
    what: 'a job that became one that runs once, tried while the clock was back: rows of its schedule of before go',
    steps: [
      ...[create({ ...hourly, missedRuns: 'none', range: { kind: 'all' } }), wait(4 * HOUR), edit({ ...once, run: { kind: 'once', in: 30 * MINUTE } })],
      ...[wait(HOUR), tick, setClock(-10 * HOUR), { do: 'work', pick: 0 } as const, tick],
    ],
  },
];
