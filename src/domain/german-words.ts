import type { NoteWords } from './preview-notes.ts';
import type { RangeUnit } from './date-range.ts';
import type { ScheduleWords } from './schedule-sentence.ts';

/** One unit and several of them, as "die letzten … " needs them. */
const LAST_ONE: Readonly<Record<RangeUnit, string>> = { hour: 'die letzte Stunde', day: 'der letzte Tag', week: 'die letzte Woche', month: 'der letzte Monat' };
const LAST_WHOLE: Readonly<Record<RangeUnit, string>> = {
  hour: 'die letzte volle Stunde',
  day: 'der letzte ganze Tag',
  week: 'die letzte ganze Woche',
  month: 'der letzte ganze Monat',
};
const UNITS: Readonly<Record<RangeUnit, string>> = { hour: 'Stunden', day: 'Tage', week: 'Wochen', month: 'Monate' };

/** "06:00 Uhr"; a time that says which of two it is has its "Uhr" already. */
function clock(time: string): string {
  return time.includes('Uhr') ? time : `${time} Uhr`;
}

const GERMAN: ScheduleWords = {
  months: ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember'],
  weekdays: ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'],
  list: (items) => [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' und '),
  day: (day, month, year) => `${day}. ${month} ${year}`,
  month: (month, year) => `${month} ${year}`,
  moment: (day, time) => `${day} um ${clock(time)}`,
  stamp: (day, time) => `${day}, ${clock(time)}`,
  timeOfOffset: (time, offset) => `${time} Uhr (UTC${offset})`,
  stretch: (from, to) => `${from} bis ${to}`,
  stretchUntil: (to) => `alles vor ${to}`,
  stretchFrom: (from) => `alles ab ${from}`,
  allTime: 'alles',
  onceImmediately: 'Einmal, sofort',
  onceOn: (moment) => `Einmal, am ${moment}`,
  everyHour: (minute) => (minute === 0 ? 'Stündlich zur vollen Stunde' : `Stündlich zur Minute ${minute}`),
  everyHoursAt: (hours, times) => `Alle ${hours} Stunden: um ${times} Uhr`,
  everyHoursBetween: (hours, first, last) => `Alle ${hours} Stunden von ${first} bis ${last} Uhr`,
  everyDay: (time) => `Täglich um ${time} Uhr`,
  everyWeekday: (time) => `An jedem Werktag (Montag bis Freitag) um ${time} Uhr`,
  everyWeekOn: (weekdays, time) => `Jeden ${weekdays} um ${time} Uhr`,
  everyMonthOn: (day, time) => `Monatlich am ${day}. um ${time} Uhr`,
  everyMonthOnLastDay: (time) => `Monatlich am letzten Tag um ${time} Uhr`,
  inZone: (sentence, timeZone) => `${sentence} (${timeZone})`,
  from: (sentence, moment) => `${sentence}, ab dem ${moment}`,
  until: (sentence, moment) => `${sentence}, bis zum ${moment}`,
  skipsMonths: (sentence) => `${sentence}; Monate ohne diesen Tag werden ausgelassen`,
  allData: 'alle Daten bis zum Lauf',
  sincePreviousFromStart: 'was seit dem vorigen Lauf neu ist, angefangen beim Beginn des Auftrags',
  sincePreviousFromAll: 'was seit dem vorigen Lauf neu ist, angefangen bei allen vorhandenen Daten',
  sincePreviousFrom: (stamp) => `was seit dem vorigen Lauf neu ist, angefangen beim ${stamp}`,
  last: (count, unit, calendar) => {
    if (count === 1) return calendar ? LAST_WHOLE[unit] : LAST_ONE[unit];
    return `die letzten ${count.toLocaleString('de')} ${calendar ? (unit === 'hour' ? 'vollen ' : 'ganzen ') : ''}${UNITS[unit]}`;
  },
};

/** The German words of sentences and notes. */
export const GERMAN_NOTES: NoteWords = {
  ...GERMAN,
  neverRuns: 'Dieser Auftrag läuft nie: Er endet vor seinem ersten Lauf. Wählen Sie ein späteres Ende.',
  monthsSkipped: (months, day) =>
    `Dieser Auftrag läuft nicht im ${GERMAN.list(months)}: Den ${day}. gibt es ${months.length === 1 ? 'in diesem Monat' : 'in diesen Monaten'} nicht.`,
  skippedTime: (moments) => `Durch die Zeitumstellung fällt eine Uhrzeit dieses Auftrags aus: Er läuft stattdessen am ${moments}.`,
  firstOfTwo: (days) => `Eine Uhrzeit dieses Auftrags kommt am ${days} zweimal vor: Er läuft beim ersten Mal.`,
  bothOfTwo: (days) => `Am ${days} zeigen die Uhren eine Stunde zweimal: Der Auftrag läuft in beiden.`,
  startSkipped: (moment) => `Die angegebene Beginnzeit fällt durch die Zeitumstellung aus: Der Beginn ist stattdessen der ${moment}.`,
  startFirstOfTwo: 'Die angegebene Beginnzeit kommt an diesem Tag zweimal vor: Gemeint ist die erste.',
  allEachTime:
    'Jeder Lauf exportiert wieder alle Daten, sodass die Dateien wachsen und sich wiederholen. Um jeden Datensatz einmal zu exportieren, wählen Sie „Seit dem vorigen Lauf“.',
  gaps: (example) =>
    `Manche Daten wären in keinem Lauf, zuerst ${example}. Wählen Sie einen längeren Zeitraum oder „Seit dem vorigen Lauf“, das nichts auslässt.`,
  overlaps: (example) =>
    `Manche Daten wären in mehr als einem Lauf, zuerst ${example}. Um jeden Datensatz einmal zu exportieren, wählen Sie „Seit dem vorigen Lauf“.`,
  nothingYet: (moment) => `Der Lauf am ${moment} fände nichts Neues zu exportieren und würde daher ausgelassen.`,
  zoneRenamed: (asked, zone) => `Die Zeitzone ${asked} wird unter ihrem heutigen Namen gespeichert, ${zone}.`,
};
