import type { runs as english } from '../runs.ts';
import type { Translation } from '../translation.ts';

export const runs: Translation<typeof english> = {
  status: {
    scheduled: 'Geplant',
    queued: 'Wartet',
    running: 'Läuft',
    succeeded: 'Erfolgreich',
    succeeded_no_data: 'Erfolgreich (keine Daten)',
    failed: 'Fehlgeschlagen',
    cancelled: 'Abgebrochen',
    missed: 'Verpasst',
    suppressed: 'Unterdrückt',
    skipped: 'Ausgelassen',
  },
  trigger: { start: 'Start', schedule: 'Zeitplan', run_now: 'Sofort gestartet', resume: 'Fortsetzung', backfill: 'Nachholung', retry: 'Wiederholung' },
  phase: {
    waiting: 'Wartet auf einen freien Worker',
    connecting: 'Verbindet sich mit der Quelle',
    counting: 'Zählt die Zeilen',
    reading: 'Liest',
    sealing: 'Verschlüsselt die letzten Bytes',
    verifying: 'Prüft die Datei',
    publishing: 'Veröffentlicht',
    done: 'Fertig',
  },
  progress: {
    label: (title) => `Fortschritt von ${title}`,
    percent: (value) => `${Math.floor(value)} %`,
    cancelling: 'Wird abgebrochen',
    rows: (rows, estimated) => `${rows}${estimated === null ? '' : ` von etwa ${estimated}`} ${(estimated ?? rows) === '1' ? 'Zeile' : 'Zeilen'}`,
    bytes: (read, written) => `${read} gelesen, ${written} geschrieben`,
    attempt: (attempt) => `Versuch ${attempt}, von vorn`,
    left: (from, to) => `Noch ${from} bis ${to}`,
    leftUpTo: (to) => `Noch bis zu ${to}`,
    byPast: 'nach früheren Läufen',
    unknown: {
      too_early: 'Zu früh, um die Restzeit zu nennen',
      more_rows: 'Mehr Zeilen als erwartet: Restzeit nicht bekannt',
      stalled: 'Seit einer Weile keine neuen Zeilen: Restzeit nicht bekannt',
      unsteady: 'Zu ungleichmäßig, um die Restzeit zu nennen',
      longer_than_usual: 'Dauert länger als sonst: Restzeit nicht bekannt',
    },
  },
};
