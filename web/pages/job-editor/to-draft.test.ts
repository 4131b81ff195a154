import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobView, jobDraftSchema } from '../../../src/contract/job.ts';
import { previewRequestSchema } from '../../../src/contract/preview.ts';
import { formToClone, formToEdit } from './form-from-job.ts';
import { emptyForm, type JobForm } from './job-form.ts';
import { toDraft, toPreviewRequest } from './to-draft.ts';

const ID = '7b1c4c3e-8f0a-4d53-9a52-0a4f5f0a3f11';
const NEW: JobForm = { ...emptyForm([ID], 'Europe/Berlin'), title: 'Nightly', source: 'UCSX', type: 'Interaction' };
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'] as const;

const instant = fc
  .date({ min: new Date('2015-01-01T00:00:00Z'), max: new Date('2035-12-31T00:00:00Z'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), `${date.toISOString().slice(0, 16)}:00Z`));
const time = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const bounds = { start: instant, end: fc.option(instant) };
const repeating: fc.Arbitrary<JobView['run']> = fc.oneof(
  fc.record({ kind: fc.constant('hourly' as const), every: fc.integer({ min: 1, max: 23 }), minute: fc.nat(59), ...bounds }),
  fc.record({ kind: fc.constant('daily' as const), time, ...bounds }),
  fc.record({
    kind: fc.constant('weekly' as const),
    weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    time,
    ...bounds,
  }),
  fc.record({ kind: fc.constant('monthly' as const), day: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last' as const)), time, ...bounds }),
);
const once: fc.Arbitrary<JobView['run']> = fc.oneof(
  fc.constant({ kind: 'once' as const, start: 'immediately' as const }),
  instant.map((at) => ({ kind: 'once' as const, at })),
);
const unit = fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const);
const range: fc.Arbitrary<JobView['range']> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.oneof(fc.constantFrom('start', 'all'), instant).map((dataFrom) => ({ kind: 'since_previous' as const, dataFrom })),
  fc.record({ kind: fc.constant('last' as const), count: fc.integer({ min: 1, max: 100_000 }), unit, calendar: fc.boolean() }),
  fc.record({ kind: fc.constant('fixed' as const), from: instant, to: instant }),
);
const job: fc.Arbitrary<JobView> = fc
  .record({
    run: fc.oneof(repeating, once),
    range,
    timeZone: fc.constantFrom(...ZONES),
    missedRuns: fc.constantFrom('all', 'latest', 'none'),
    splitMegabytes: fc.option(fc.oneof(fc.integer({ min: 1, max: 4_096 }), fc.constantFrom(1_024, 2_048, 4_096))),
    compression: fc.constantFrom('fast', 'balanced', 'small'),
    format: fc.constantFrom('jsonl', 'csv', 'parquet'),
    csvFormulas: fc.constantFrom('keep', 'escape'),
  })
  .map(
    (part) =>
      ({
        id: ID,
        version: 3,
        title: 'Nightly',
        description: 'For the archive',
        source: 'UCSX',
        type: 'Interaction',
        entityTypes: ['Email'],
        recipients: [{ id: ID, label: 'Archive', fingerprint: '', notAfter: '' }],
        ...part,
      }) as JobView,
  );

/** The draft with every text that is an instant written in one way. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(part) ? new Date(part).toISOString() : part,
  ) as unknown;
}

describe('a stored job through the form', () => {
  it('comes back as it was when nothing is touched', () => {
    fc.assert(
      fc.property(job, (stored) => {
        const draft = toDraft(formToEdit(stored), true);
        const { title, description, source, type, entityTypes, timeZone, run, missedRuns, splitMegabytes, compression, format, csvFormulas } = stored;
        expect(plain(draft)).toEqual(
          plain({
            title,
            description,
            source,
            type,
            entityTypes,
            timeZone,
            run,
            range: stored.range,
            missedRuns,
            splitMegabytes,
            compression,
            format,
            csvFormulas,
            recipients: [ID],
          }),
        );
        expect(() => jobDraftSchema.parse(draft)).not.toThrow();
      }),
    );
  });

  it('keeps everything but the title in a copy, and starts anew what has started', () => {
    fc.assert(
      fc.property(job, (stored) => {
        const now = Date.parse('2026-06-01T12:00:00Z');
        const original = toDraft(formToEdit(stored), true);
        const copy = toDraft(formToClone(stored, [ID], now), true);
        const hasStarted = stored.run.kind !== 'once' && Date.parse(stored.run.start) <= now;
        expect(copy).toEqual({ ...original, title: 'Nightly (copy)', run: hasStarted ? { ...original.run, start: 'now' } : original.run });
      }),
    );
  });

  it('leaves out of a copy the certificates that can no longer be used, but not out of an edit', () => {
    const stored = { ...fc.sample(job, 1)[0] } as JobView;
    expect(formToClone(stored, [], 0).recipients).toEqual([]);
    expect(formToEdit(stored).recipients).toEqual([ID]);
  });
});

describe('toDraft', () => {
  it('sends the moment that was typed as local time, and the stored instant where nothing was typed', () => {
    const form: JobForm = { ...NEW, runKind: 'daily', time: '02:30', startKind: 'at', start: '2026-10-25T02:30' };
    expect(toDraft(form, true).run).toEqual({ kind: 'daily', time: '02:30', start: { local: '2026-10-25T02:30' }, end: null });
    // The second 02:30 of that night has the same local time; only the instant tells them apart.
    const known = { start: '2026-10-25T01:30:00Z' };
    expect(toDraft({ ...form, known }, true).run).toMatchObject({ start: '2026-10-25T01:30:00Z' });
    expect(toDraft({ ...form, known, start: '2026-10-25T02:31' }, true).run).toMatchObject({ start: { local: '2026-10-25T02:31' } });
    expect(toDraft({ ...form, known, timeZone: 'Europe/London' }, true).run).toMatchObject({ start: { local: '2026-10-25T02:30' } });
  });

  it('includes the last day of a fixed interval, also where the clocks change on it', () => {
    const form: JobForm = { ...NEW, rangeKind: 'fixed', from: '2026-03-01', to: '2026-03-29' };
    expect(toDraft(form, true).range).toEqual({ kind: 'fixed', from: '2026-02-28T23:00:00Z', to: '2026-03-29T22:00:00Z' });
    expect(toDraft({ ...form, timeZone: 'UTC' }, true).range).toEqual({ kind: 'fixed', from: '2026-03-01T00:00:00Z', to: '2026-03-30T00:00:00Z' });
    expect(toDraft({ ...form, from: '2026-10-25', to: '2026-10-25' }, true).range).toEqual({
      kind: 'fixed',
      from: '2026-10-24T22:00:00Z',
      to: '2026-10-25T23:00:00Z',
    });
  });

  it('takes an interval with times as it is written', () => {
    const form: JobForm = { ...NEW, rangeKind: 'fixed', fixedBy: 'time', from: '2026-03-01T08:00', to: '2026-03-02T00:00:30' };
    expect(toDraft(form, true).range).toEqual({ kind: 'fixed', from: '2026-03-01T07:00:00Z', to: '2026-03-01T23:00:30Z' });
  });

  it('never makes a number of an empty or half-typed input', () => {
    for (const typed of ['', ' ', '1e1', '0x10', '-'])
      expect(
        JSON.parse(JSON.stringify(toDraft({ ...NEW, runKind: 'hourly', every: typed, minute: typed, rangeKind: 'last', count: typed }, true))),
      ).toMatchObject({
        run: { every: null, minute: null },
        range: { count: null },
      });
  });

  it('sends what is no size as one that is refused, never as a single file', () => {
    for (const splitSize of ['', ' ', 'x', '1e1']) expect(toDraft({ ...NEW, isSplit: true, splitSize }, true).splitMegabytes).toBe(0);
    expect(toDraft({ ...NEW, isSplit: false, splitSize: 'x' }, true).splitMegabytes).toBeNull();
    expect(toDraft({ ...NEW, isSplit: true, splitSize: '2', splitUnit: 'GB' }, true).splitMegabytes).toBe(2_048);
  });

  it('exports everything of a type without time, whatever range is chosen', () => {
    expect(toDraft(NEW, false).range).toEqual({ kind: 'all' });
  });
});

describe('toPreviewRequest', () => {
  it('leaves out what is not chosen yet and names the job that is edited', () => {
    const bare = toPreviewRequest({ ...NEW, source: '', type: '' }, true, undefined);
    expect(Object.keys(bare).sort()).toEqual(['missedRuns', 'range', 'run', 'timeZone']);
    const full = toPreviewRequest({ ...NEW, allEntityTypes: false, entityTypes: ['Email'] }, true, ID);
    expect(full).toMatchObject({ job: ID, source: 'UCSX', type: 'Interaction', entityTypes: ['Email'] });
    for (const request of [bare, full]) expect(() => previewRequestSchema.parse(request)).not.toThrow();
  });
});
