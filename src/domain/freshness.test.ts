import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshnessReasonSchema, freshnessSchema } from '../contract/job.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { type EndedRun, type FreshnessFacts, freshnessOf, type OpenRun } from './freshness.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAILY = { kind: 'daily', time: '13:00', start: '2026-01-01T00:00:00Z', end: null } as const;
const ONCE = { kind: 'once', at: '2026-03-01T11:00:00Z' } as const;

function facts(change: Partial<FreshnessFacts> = {}): FreshnessFacts {
  return {
    run: DAILY,
    rangeKind: 'since_previous',
    suspended: false,
    submitted: false,
    nextRunAt: NOW + HOUR,
    certificateEnds: NOW + 365 * 24 * HOUR,
    open: [],
    ended: [],
    now: NOW,
    ...change,
  };
}

const ended = (status: EndedRun['status'], errorCode: string | null = null): EndedRun => ({ id: 'last', status, scheduledAt: NOW - 23 * HOUR, errorCode });
const open = (change: Partial<OpenRun> = {}): OpenRun => ({
  id: 'open',
  scheduledAt: NOW - MINUTE,
  queuedAt: NOW - MINUTE,
  startedAt: NOW - MINUTE,
  retryAt: null,
  errorCode: null,
  origin: 'schedule',
  ...change,
});
const said = (change: Partial<FreshnessFacts>) => {
  const { state, reason } = freshnessOf(facts(change));
  return `${state}: ${reason}`;
};

const CASES: readonly [string, Partial<FreshnessFacts>, string][] = [
  ['has not run yet', {}, 'on_time: first_run'],
  ['ran as planned', { ended: [ended('succeeded')] }, 'on_time: as_planned'],
  ['found no data', { ended: [ended('succeeded_no_data')] }, 'on_time: as_planned'],
  ['is running in time', { open: [open()] }, 'on_time: running'],
  ['waits a moment for a worker', { open: [open({ startedAt: null })] }, 'on_time: running'],
  ['waits for a worker too long', { open: [open({ startedAt: null, scheduledAt: NOW - 6 * MINUTE, queuedAt: NOW - 6 * MINUTE })] }, 'late: waiting'],
  ['has a run of yesterday that was just retried', { open: [open({ startedAt: null, scheduledAt: NOW - 24 * HOUR })] }, 'catching_up: backlog'],
  [
    'has a run that was retried and waits too long',
    { open: [open({ startedAt: null, scheduledAt: NOW - 24 * HOUR, queuedAt: NOW - 6 * MINUTE })] },
    'late: waiting',
  ],
  ['has more than one run to do', { open: [open(), open({ startedAt: null })] }, 'catching_up: backlog'],
  ['makes up for a run of yesterday', { open: [open({ scheduledAt: NOW - 24 * HOUR })] }, 'catching_up: backlog'],
  ['has just been resumed', { open: [open({ startedAt: null, scheduledAt: NOW - 24 * HOUR, origin: 'resume' })] }, 'catching_up: backlog'],
  ['was asked for by hand', { open: [open({ scheduledAt: NOW - HOUR, startedAt: NOW - HOUR, origin: 'hand' })] }, 'on_time: running'],
  ['failed and is tried again', { open: [open({ retryAt: NOW + MINUTE, errorCode: 'source.unreachable' })] }, 'late: tries_again'],
  ['runs after a failure', { open: [open()], ended: [ended('failed', 'source.permission')] }, 'catching_up: running_after_failure'],
  ['should have been planned', { nextRunAt: NOW - 6 * MINUTE, ended: [ended('succeeded')] }, 'late: not_planned'],
  ['failed by a passing trouble', { ended: [ended('failed', 'source.unreachable')] }, 'late: failed_heals'],
  ['failed, and no later run covers it', { rangeKind: 'last', ended: [ended('failed', 'source.unreachable')] }, 'action_required: window_failed'],
  ['failed for good', { ended: [ended('failed', 'source.permission')] }, 'action_required: failed'],
  [
    'failed three times in a row',
    { ended: [ended('failed', 'source.unreachable'), ended('failed', 'source.unreachable'), ended('failed', 'run.crashed')] },
    'action_required: failing',
  ],
  [
    'failed twice in a row',
    { ended: [ended('failed', 'source.unreachable'), ended('failed', 'source.unreachable'), ended('succeeded')] },
    'late: failed_heals',
  ],
  ['missed a run that the next one covers', { ended: [ended('missed', 'run.missed')] }, 'late: missed_heals'],
  ['missed a run whose window nobody covers', { rangeKind: 'last', ended: [ended('missed', 'run.missed')] }, 'action_required: window_missed'],
  ['was cancelled, and the next run covers it', { ended: [ended('cancelled', 'run.cancelled')] }, 'late: cancelled_heals'],
  ['was cancelled on purpose', { rangeKind: 'last', ended: [ended('cancelled', 'run.cancelled')] }, 'on_time: cancelled'],
  ['has an expired certificate', { certificateEnds: NOW, ended: [ended('succeeded')] }, 'action_required: certificate_expired'],
  ['has a certificate that ends before its next run', { certificateEnds: NOW + MINUTE }, 'action_required: certificate_expires'],
  ['is suspended', { suspended: true, certificateEnds: NOW, ended: [ended('failed', 'source.permission')] }, 'idle: suspended'],
  ['is suspended, and a run goes on', { suspended: true, open: [open()] }, 'on_time: running'],
  ['has a schedule that is over', { nextRunAt: null, ended: [ended('succeeded')] }, 'idle: ended'],
  ['has a schedule that is over, and failed last', { nextRunAt: null, ended: [ended('failed', 'source.unreachable')] }, 'action_required: failed'],
  ['ran once', { run: ONCE, submitted: true, suspended: true, nextRunAt: null, ended: [ended('succeeded')] }, 'idle: done'],
  [
    'ran once and failed',
    { run: ONCE, submitted: true, suspended: true, nextRunAt: null, ended: [ended('failed', 'source.unreachable')] },
    'action_required: failed',
  ],
];

describe('freshness', () => {
  it.each(CASES)('of a job that %s', (_name, change, expected) => {
    expect(said(change)).toBe(expected);
  });

  it('is shown here with every reason that the API names', () => {
    const reasons = new Set(CASES.map(([, , expected]) => expected.split(': ')[1]));
    expect([...reasons].sort()).toEqual([...freshnessReasonSchema.options].sort());
  });

  it('names the run, its cause, and the instant that it is about', () => {
    expect(freshnessOf(facts({ ended: [ended('failed', 'source.permission')] }))).toMatchObject({
      runId: 'last',
      cause: 'source.permission',
      at: NOW - 23 * HOUR,
    });
    expect(freshnessOf(facts({ certificateEnds: NOW - 1 }))).toMatchObject({ runId: null, cause: null, at: NOW - 1 });
    expect(freshnessOf(facts({ ended: [ended('failed', 'a.code.of.a.later.version')] })).cause).toBe('internal');
  });
});

const status = fc.constantFrom<EndedRun['status']>('succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'missed');
const instant = fc.integer({ min: -72 * 60, max: 72 * 60 }).map((minutes) => NOW + minutes * MINUTE);
const past = fc.integer({ min: 0, max: 72 * 60 }).map((minutes) => NOW - minutes * MINUTE);
const anyFacts: fc.Arbitrary<FreshnessFacts> = fc.record({
  run: fc.constantFrom(DAILY, ONCE),
  rangeKind: fc.constantFrom('since_previous', 'all', 'last', 'fixed'),
  suspended: fc.boolean(),
  submitted: fc.boolean(),
  nextRunAt: fc.option(instant),
  certificateEnds: fc.option(instant),
  open: fc.array(
    fc.record({
      id: fc.constant('open'),
      scheduledAt: past,
      queuedAt: fc.option(past),
      startedAt: fc.option(past),
      retryAt: fc.option(instant),
      errorCode: fc.option(fc.constant('source.unreachable')),
      origin: fc.constantFrom('schedule', 'hand', 'resume'),
    }),
    {
      maxLength: 2,
    },
  ),
  ended: fc.array(
    fc.record({ id: fc.constant('last'), status, scheduledAt: past, errorCode: fc.option(fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[]))) }),
    { maxLength: 3 },
  ),
  now: fc.constant(NOW),
});
const calm = anyFacts.map((one) => ({ ...one, open: [], ended: one.ended.filter((run) => run.status === 'succeeded'), certificateEnds: null }));

describe('whatever the facts', () => {
  it('gives one of the states and reasons that the API names, and each reason means one state', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(anyFacts, (one) => {
        const { state, reason } = freshnessOf(one);
        expect(freshnessSchema.options).toContain(state);
        expect(freshnessReasonSchema.options).toContain(reason);
        expect(seen.get(reason) ?? state).toBe(state);
        seen.set(reason, state);
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks nobody to act while all went well and every certificate holds', () => {
    fc.assert(
      fc.property(calm, (one) => {
        expect(freshnessOf(one).state).not.toBe('action_required');
      }),
    );
  });

  it('asks to act whenever a certificate of an active job with a next run has ended', () => {
    fc.assert(
      fc.property(anyFacts, past, fc.integer({ min: 0, max: 10_000 }), (one, certificateEnds, minutes) => {
        const active = { ...one, suspended: false, submitted: false, nextRunAt: NOW + minutes * MINUTE, certificateEnds };
        expect(freshnessOf(active).state).toBe('action_required');
      }),
    );
  });

  it('never calls a job late that is suspended and has nothing open', () => {
    fc.assert(
      fc.property(anyFacts, (one) => {
        expect(freshnessOf({ ...one, run: DAILY, suspended: true, open: [] }).state).toBe('idle');
      }),
    );
  });
});
