import type { retention as english } from '../retention.ts';
import type { Translation } from '../translation.ts';

export const retention: Translation<typeof english> = {
  title: 'Abgelaufene Dateien werden nicht gelöscht',
  leap: (expected, found) => `Die Uhr der Datenbank ist gesprungen: Sie zeigte ${found}, als sie ${expected} hätte zeigen sollen.`,
  wentBack: (expected, found) => `Die Uhr der Datenbank ging zurück, während UDM angehalten war: Sie zeigte ${found} und davor ${expected}.`,
  waiting: (count) =>
    count === 1
      ? 'Eine Datei, die nach dieser Uhr abgelaufen ist, wartet auf das Löschen. Sie wird nicht ausgeliefert.'
      : `${count} Dateien, die nach dieser Uhr abgelaufen sind, warten auf das Löschen. Sie werden nicht ausgeliefert.`,
  fix: 'Stellen Sie die Uhr richtig und bestätigen Sie es: Ab dann wird gelöscht, was nach ihr abgelaufen ist.',
  others: 'Wer UDM betreibt, muss die Uhr richtig stellen und es bestätigen (udm retention agree).',
  agree: 'Die Uhr geht richtig: abgelaufene Dateien wieder löschen',
  refused: 'Es wurde nichts geändert',
  withdrawn: 'Zurückgezogen',
  withdrawnAt: (time, reason) => `Zurückgezogen ${time}: ${reason}`,
  reasons: {
    wrong_data: 'Sie enthielt die falschen Daten',
    wrong_recipient: 'Sie war für den falschen Empfänger verschlüsselt',
    person_erased: 'Sie enthielt eine Person, deren Daten gelöscht wurden',
    person_corrected: 'Sie enthielt Werte einer Person, die berichtigt wurden',
    other: 'Sie hätte nicht erstellt oder herausgegeben werden sollen',
  },
  withdraw: {
    open: 'Zurückziehen',
    title: (count) => (count === 1 ? 'Diese Datei zurückziehen?' : `${count} Dateien zurückziehen?`),
    text: 'Ab jetzt kann sie niemand mehr herunterladen, laufende Downloads brechen binnen Sekunden ab, und die Dateien werden gelöscht. Die Zeilen bleiben und sagen, warum; das Protokoll sagt, wer sie heruntergeladen hatte.',
    why: 'Grund',
    confirm: (count) => (count === 1 ? 'Datei zurückziehen' : `${count} Dateien zurückziehen`),
    done: (count) => (count === 1 ? 'Datei zurückgezogen.' : `${count} Dateien zurückgezogen.`),
    stopped: (done, all) => `Angehalten. Zurückgezogene Dateien: ${done} von ${all}.`,
    refused: (name) => `${name} wurde nicht zurückgezogen`,
  },
  file: {
    gone: (time) => `Datei gelöscht ${time}`,
    toDelete: 'Die Datei wird binnen eines Tages gelöscht',
    failed: (tries, next) => `Das Löschen der Datei schlug ${tries === 1 ? 'einmal' : `${tries}-mal`} fehl; nächster Versuch ${next}`,
    failedShort: (tries) => `Datei noch nicht gelöscht: ${tries === 1 ? 'ein Versuch' : `${tries} Versuche`} gescheitert`,
    missing: 'Datei fehlt',
    missingText: (time) => `Fehlt in der Ablage, bemerkt ${time}. Sie kann nicht heruntergeladen werden; ihr Zeitfenster kann erneut laufen.`,
    damaged: 'Datei beschädigt',
    damagedText: (time) => `Hat in der Ablage eine andere Länge, bemerkt ${time}. Verlassen Sie sich nicht auf sie; ihr Zeitfenster kann erneut laufen.`,
  },
};
