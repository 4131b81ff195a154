import type { schedule as english } from '../schedule.ts';
import type { Translation } from '../translation.ts';

export const schedule: Translation<typeof english> = {
  runs: { once: 'Einmal', hourly: 'Stündlich', daily: 'Täglich', weekly: 'Wöchentlich', monthly: 'Monatlich' },
  immediately: 'Sofort starten',
  configure: 'Datum und Uhrzeit des Starts festlegen',
  at: 'Datum und Uhrzeit',
  every: 'Alle … Stunden',
  everyHint: '1 bis 23, an jedem Tag ab Mitternacht gezählt',
  minute: 'Zur Minute',
  minuteHint: '0 bis 59',
  time: 'Uhrzeit',
  weekdays: 'Wochentage',
  weekdayNames: ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'],
  day: 'Tag des Monats',
  lastDay: 'Letzter Tag',
  dayHint: 'Ein Monat ohne diesen Tag wird ausgelassen.',
  start: 'Beginn',
  startNow: 'Sofort beginnen',
  startAt: 'An einem Datum zu einer Uhrzeit beginnen',
  startMoment: 'Erstes Datum mit Uhrzeit',
  hasEnd: 'An einem Datum zu einer Uhrzeit enden',
  end: 'Letztes Datum mit Uhrzeit',
  timeZone: 'Zeitzone',
  zoneSearch: 'Suchen, z. B. Berlin',
  zoneNothing: 'Keine Zeitzone heißt so.',
  zonesRefused: 'Die Liste der Zeitzonen konnte nicht geladen werden.',
  zoneDiffers: (zone) => `Ihr Rechner ist auf ${zone} eingestellt; Datum und Uhrzeit hier sind nicht die Ihrer Uhr.`,
  missedRuns: 'Verpasste Läufe',
  missedHint: 'Was mit Läufen geschehen soll, die fällig wurden, während UDM nicht lief.',
  missed: {
    all: 'Alle: jeden davon ausführen, einen nach dem anderen',
    latest: 'Nur den letzten: den jüngsten davon ausführen',
    none: 'Keinen: mit dem nächsten geplanten Lauf weitermachen',
  },
  missedExample: {
    all: 'Beispiel: ein stündlicher Auftrag, UDM steht von 02:10 bis 05:30. Die Läufe von 03:00, 04:00 und 05:00 laufen alle um 05:30 nacheinander, jeder mit seinem eigenen Zeitfenster.',
    latest:
      'Beispiel: ein stündlicher Auftrag, UDM steht von 02:10 bis 05:30. Um 05:30 läuft nur der Lauf von 05:00. Bei „Seit dem vorigen Lauf“ geht dadurch nichts verloren: Dieser eine Lauf umfasst alles seit 02:00.',
    none: 'Beispiel: ein stündlicher Auftrag, UDM steht von 02:10 bis 05:30. Vor 06:00 läuft nichts. Bei „Seit dem vorigen Lauf“ geht dadurch nichts verloren: Der Lauf von 06:00 umfasst alles seit 02:00; bei „Letzte …“ bleibt die Zeit dazwischen unabgedeckt.',
  },
};
