import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobRun, MISSED_RUNS, occurrencesOf } from './job-run.ts';
import { MISSED_AFTER_MS, type PlanFacts, planRuns } from './planning.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-24T00:00:00Z');
const hourly: JobRun = { kind: 'hourly', every: 1, minute: 0, start: new Date(START).toISOString(), end: null };
const facts = (part: Partial<PlanFacts>): PlanFacts => ({
  run: hourly,
  timeZone: 'UTC',
  missedRuns: 'latest',
  suspended: false,
  plannedUntil: START,
  now: START,
  ...part,
});
const statuses = (part: Partial<PlanFacts>) => planRuns(facts(part), 1_000).occurrences.map((one) => one.status);

describe('planRuns', () => {
  it('plans an occurrence at its very instant, once', () => {
    const plan = planRuns(facts({ now: START + HOUR }), 1_000);
    expect(plan).toEqual({ occurrences: [{ instant: START + HOUR, status: 'scheduled' }], plannedUntil: START + HOUR, nextRunAt: START + 2 * HOUR });
    expect(planRuns(facts({ plannedUntil: plan.plannedUntil, now: START + HOUR }), 1_000).occurrences).toEqual([]);
  });

  it('plans nothing a millisecond before', () => {
    expect(planRuns(facts({ now: START + HOUR - 1 }), 1_000)).toEqual({ occurrences: [], plannedUntil: START + HOUR - 1, nextRunAt: START + HOUR });
  });

  it.each([
    ['all', ['scheduled', 'scheduled', 'scheduled']],
    ['latest', ['missed', 'missed', 'scheduled']],
    ['none', ['missed', 'missed', 'missed']],
  ] as const)('after three missed hours the policy %s gives %j', (missedRuns, wanted) => {
    expect(statuses({ missedRuns, now: START + 3 * HOUR + MISSED_AFTER_MS + 1 })).toEqual(wanted);
  });

  it('counts an occurrence as missed only when it is planned more than five minutes late', () => {
    expect(statuses({ missedRuns: 'none', now: START + HOUR + MISSED_AFTER_MS })).toEqual(['scheduled']);
    expect(statuses({ missedRuns: 'none', now: START + HOUR + MISSED_AFTER_MS + 1 })).toEqual(['missed']);
  });

  it('suppresses whatever comes due while the job is suspended', () => {
    expect(statuses({ suspended: true, missedRuns: 'all', now: START + 2 * HOUR })).toEqual(['suppressed', 'suppressed']);
  });

  it('ends with the schedule, its end included', () => {
    const run: JobRun = { ...hourly, end: new Date(START + 2 * HOUR).toISOString() };
    const plan = planRuns(facts({ run, missedRuns: 'all', now: START + 9 * HOUR }), 1_000);
    expect(plan.occurrences.map((one) => one.instant)).toEqual([START + HOUR, START + 2 * HOUR]);
    expect(plan.nextRunAt).toBeNull();
  });

  it('runs a job that runs once at its instant, and never again', () => {
    const run: JobRun = { kind: 'once', at: new Date(START + HOUR).toISOString() };
    expect(planRuns(facts({ run, now: START + HOUR }), 10)).toMatchObject({ occurrences: [{ status: 'scheduled' }], nextRunAt: null });
    expect(planRuns(facts({ run, plannedUntil: START + HOUR, now: START + 5 * HOUR }), 10).occurrences).toEqual([]);
  });

  it('plans nothing while a clock that went backwards has not caught up', () => {
    const plan = planRuns(facts({ plannedUntil: START + 5 * HOUR, now: START }), 10);
    expect(plan).toEqual({ occurrences: [], plannedUntil: START + 5 * HOUR, nextRunAt: START + 6 * HOUR });
  });

  it('gives the same occurrences in any number of steps, however long and however short a plan is cut', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30 * HOUR }), { minLength: 1, maxLength: 12 });
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca');
    const at = fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-12-01T00:00:00Z') });
    const every = fc.integer({ min: 1, max: 23 });
    fc.assert(
      fc.property(steps, zone, at, every, fc.integer({ min: 1, max: 7 }), fc.constantFrom(...MISSED_RUNS), (jumps, timeZone, from, n, limit, missedRuns) => {
        const run: JobRun = { kind: 'hourly', every: n, minute: 30, start: new Date(from).toISOString(), end: null };
        const seen: number[] = [];
        let now = from;
        let plannedUntil = from;
        for (const jump of jumps) {
          now += jump;
          for (;;) {
            const plan = planRuns({ run, timeZone, missedRuns, suspended: false, plannedUntil, now }, limit);
            seen.push(...plan.occurrences.map((one) => one.instant));
            plannedUntil = plan.plannedUntil;
            if (plan.nextRunAt === null || plan.nextRunAt > now) break;
          }
        }
        expect(seen).toEqual([...occurrencesOf(run, timeZone, from, now)].map((one) => one.instant));
      }),
    );
  });
});
