import { describe, expect, it } from 'vitest';
import type { RunDetailsView } from '../../../src/contract/run-details.ts';
import { formFromRun } from './form-from-run.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const run = {
  jobTitle: 'Calls',
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: ['Chat'],
  window: { from: '2026-02-01T00:00:00.000000Z', to: '2026-02-02T00:00:00.000000Z' },
} as RunDetailsView['run'];
const settings: RunDetailsView['settings'] = {
  version: 3,
  title: 'Calls as they were',
  description: 'For the archive',
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: ['Chat', 'Email'],
  timeZone: 'Europe/Berlin',
  run: { kind: 'daily', time: '06:00', start: '2026-01-01T00:00:00Z', end: null },
  sentence: 'Every day',
  range: { kind: 'last', count: 3, unit: 'day', calendar: true },
  rangeSentence: 'The last 3 days',
  missedRuns: 'all',
  splitMegabytes: 2_048,
  compression: 'balanced',
  format: 'csv',
  csvFormulas: 'escape',
  recipients: [
    { id: 'valid', label: 'Key', fingerprint: 'aa', notAfter: '2027-01-01T00:00:00Z' },
    { id: 'expired', label: 'Old key', fingerprint: 'bb', notAfter: '2026-02-01T00:00:00Z' },
  ],
};
const details = (kept: RunDetailsView['settings']) =>
  ({ run, settings: kept, attempts: [], parts: [], hasManifest: false, estimates: null, estimatesOfRun: [], timeline: [] }) as RunDetailsView;

describe('formFromRun', () => {
  it('fills the form from the settings as they were, without certificates that cannot be encrypted to any more', () => {
    expect(formFromRun(details(settings), ['valid', 'other'], 'UTC', NOW)).toMatchObject({
      source: 'UCSX',
      type: 'Interaction',
      allEntityTypes: false,
      entityTypes: ['Chat', 'Email'],
      timeZone: 'Europe/Berlin',
      runKind: 'daily',
      time: '06:00',
      startKind: 'now',
      rangeKind: 'last',
      count: '3',
      unit: 'day',
      calendar: true,
      missedRuns: 'all',
      isSplit: true,
      splitSize: '2',
      splitUnit: 'GB',
      compression: 'balanced',
      format: 'csv',
      csvFormulas: 'escape',
      recipients: ['valid'],
    });
  });

  it('of a run whose settings were not kept takes what it read', () => {
    expect(formFromRun(details(null), ['valid'], 'UTC', NOW)).toMatchObject({
      source: 'UCSX',
      entityTypes: ['Chat'],
      runKind: 'once',
      onceStart: 'immediately',
      rangeKind: 'fixed',
      fixedBy: 'date',
      from: '2026-02-01',
      to: '2026-02-01',
      recipients: ['valid'],
    });
  });
});
