import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { JobRun } from './job-run.ts';
import { languageOf, wordsIn } from './language.ts';
import { previewRuns } from './job-preview.ts';
import { previewNotes } from './preview-notes.ts';
import { rangeSentence, scheduleSentence, stretchText } from './schedule-sentence.ts';

const BERLIN = 'Europe/Berlin';
const NOW = Temporal.Instant.from('2026-01-15T12:00:00Z').epochMilliseconds;
const always = { start: '2026-01-01T00:00:00Z', end: null };
const words = wordsIn('de');

describe('languageOf', () => {
  it.each([
    ['de', 'de'],
    ['de-AT,en;q=0.5', 'de'],
    ['DE', 'de'],
    ['en-US,en;q=0.9,de;q=0.8', 'en'],
    ['de;q=0.3, en;q=0.7', 'en'],
    ['fr-FR, de;q=0.4', 'de'],
    ['de;q=0, en;q=0.1', 'en'],
    ['de;q=0', 'en'],
    ['den', 'en'],
    ['*', 'en'],
    ['de;q=nonsense', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    [`${'fr,'.repeat(10_000)}de`, 'en'],
  ])('%s → %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('German sentences', () => {
  const runs: [JobRun, string][] = [
    [{ kind: 'once', start: 'immediately' }, 'Einmal, sofort'],
    [{ kind: 'once', at: '2026-03-01T05:00:00Z' }, 'Einmal, am 1. März 2026 um 06:00 Uhr (Europe/Berlin)'],
    [{ kind: 'once', at: '2026-10-25T00:30:00Z' }, 'Einmal, am 25. Oktober 2026 um 02:30 Uhr (UTC+02:00) (Europe/Berlin)'],
    [{ kind: 'hourly', every: 1, minute: 0, ...always }, 'Stündlich zur vollen Stunde (Europe/Berlin)'],
    [{ kind: 'hourly', every: 1, minute: 5, ...always }, 'Stündlich zur Minute 5 (Europe/Berlin)'],
    [{ kind: 'hourly', every: 8, minute: 15, ...always }, 'Alle 8 Stunden: um 00:15, 08:15 und 16:15 Uhr (Europe/Berlin)'],
    [{ kind: 'hourly', every: 2, minute: 0, ...always }, 'Alle 2 Stunden von 00:00 bis 22:00 Uhr (Europe/Berlin)'],
    [{ kind: 'daily', time: '06:00', ...always }, 'Täglich um 06:00 Uhr (Europe/Berlin)'],
    [{ kind: 'weekly', weekdays: [1, 2, 3, 4, 5], time: '06:00', ...always }, 'An jedem Werktag (Montag bis Freitag) um 06:00 Uhr (Europe/Berlin)'],
    [{ kind: 'weekly', weekdays: [5, 1], time: '06:00', ...always }, 'Jeden Montag und Freitag um 06:00 Uhr (Europe/Berlin)'],
    [
      { kind: 'monthly', day: 31, time: '06:00', start: '2026-02-01T05:00:00Z', end: '2027-01-31T23:00:00Z' },
      'Monatlich am 31. um 06:00 Uhr (Europe/Berlin), ab dem 1. Februar 2026 um 06:00 Uhr, bis zum 1. Februar 2027 um 00:00 Uhr; Monate ohne diesen Tag werden ausgelassen',
    ],
    [{ kind: 'monthly', day: 'last', time: '06:00', ...always }, 'Monatlich am letzten Tag um 06:00 Uhr (Europe/Berlin)'],
  ];
  it.each(runs)('%j', (run, sentence) => {
    expect(scheduleSentence(run, BERLIN, NOW, words)).toBe(sentence);
  });

  it('name the range of data', () => {
    expect(rangeSentence({ kind: 'last', count: 1, unit: 'week', calendar: true }, BERLIN, words)).toBe('die letzte ganze Woche');
    expect(rangeSentence({ kind: 'last', count: 1_000, unit: 'hour', calendar: false }, BERLIN, words)).toBe('die letzten 1.000 Stunden');
    expect(stretchText({ from: null, to: '2026-03-01T00:00:00Z' }, 'UTC', words)).toBe('alles vor 1. März 2026, 00:00 Uhr');
  });
});

describe('German notes', () => {
  const notesOf = (run: JobRun) => {
    const planned = previewRuns({ run, timeZone: BERLIN, range: { kind: 'all' }, chain: null, after: NOW, count: 1 });
    return previewNotes({ run, timeZone: BERLIN, range: { kind: 'all' }, now: NOW, planned }, words).map(({ text }) => text);
  };

  it('name months without the day, and what a clock change does', () => {
    expect(notesOf({ kind: 'monthly', day: 30, time: '02:30', ...always })[0]).toBe(
      'Dieser Auftrag läuft nicht im Februar 2026: Den 30. gibt es in diesem Monat nicht.',
    );
    expect(notesOf({ kind: 'daily', time: '02:30', ...always }).slice(0, 2)).toEqual([
      'Durch die Zeitumstellung fällt eine Uhrzeit dieses Auftrags aus: Er läuft stattdessen am 29. März 2026 um 03:00 Uhr.',
      'Eine Uhrzeit dieses Auftrags kommt am 25. Oktober 2026 zweimal vor: Er läuft beim ersten Mal.',
    ]);
  });

  it('leave no English behind: each word that stands alone is another', () => {
    const english = wordsIn('en');
    const same = Object.entries(words).filter(([name, word]) => typeof word === 'string' && word === english[name as keyof typeof english]);
    expect(same).toEqual([]);
  });
});
