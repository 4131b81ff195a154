import type { preview as english } from '../preview.ts';
import type { Translation } from '../translation.ts';

export const preview: Translation<typeof english> = {
  title: 'Was geschehen wird',
  loading: 'Die nächsten Läufe werden berechnet',
  missing: (fields) => `Die nächsten Läufe erscheinen hier, sobald diese Felder ausgefüllt sind: ${fields}.`,
  mend: 'Die nächsten Läufe erscheinen hier, sobald die oben markierten Felder berichtigt sind.',
  refused: 'Die nächsten Läufe können nicht angezeigt werden',
  runs: 'Nächste Läufe',
  noRuns: 'Es steht kein Lauf bevor.',
  columns: { at: 'Läuft', window: 'Exportierte Daten' },
  mine: (time) => `${time} auf Ihrer Uhr`,
  nothing: 'Nichts zu exportieren',
  everything: 'Alle Daten',
  upTo: (to) => `Alles bis ${to}`,
  since: (from) => `Alles seit ${from}`,
  between: (from, to) => `${from}\u00a0bis ${to}`,
  zone: (zone) => `Die Zeiten gelten für ${zone}.`,
  alias: (asked, zone) => `${asked} ist ein anderer Name für ${zone}; der Auftrag behält ${zone}.`,
  start: (time) => `Beginnt ${time}.`,
  mark: { 'gap': 'Uhren werden vorgestellt', 'overlap-first': 'Uhren werden zurückgestellt', 'overlap-second': 'Uhren werden zurückgestellt' },
  meaning: {
    'gap': 'Die geplante Uhrzeit gibt es an diesem Tag nicht; er läuft im ersten Augenblick danach.',
    'overlap-first': 'Diese Uhrzeit kommt an diesem Tag zweimal vor. Er läuft beim ersten Mal.',
    'overlap-second': 'Diese Stunde kommt an diesem Tag zweimal vor. Er läuft auch beim zweiten Mal.',
  },
  skipped: (months) => `Kein Lauf in ${months}: Den Tag gibt es dort nicht. „Letzter Tag“ lässt keinen Monat aus.`,
  notes: 'Bevor Sie speichern',
  year: 'Die nächsten zwölf Monate, im Voraus berechnet',
  complete: 'Vom ersten Lauf an wird jeder Augenblick genau einmal exportiert.',
  twice: 'Daten, die doppelt exportiert würden',
  never: 'Daten, die gar nicht exportiert würden',
  stretches: (count) => (count === 1 ? '1 Zeitraum' : `${count >= 100 ? '100 oder mehr' : count} Zeiträume`),
  more: (count) => `${count} weitere anzeigen`,
  chain: 'Damit beginnt eine neue Kette',
  chainText:
    'Quelle, Typ, Entitätstypen oder „Daten ab“ sind nicht mehr dieselben. Der Auftrag setzt nicht mehr dort an, wo sein letzter Lauf geendet hat: Der nächste Lauf beginnt wieder bei „Daten ab“ und kann Daten exportieren, die Sie schon haben.',
};
