import type { heldExports as english } from '../held-exports.ts';
import type { Translation } from '../translation.ts';

export const heldExports: Translation<typeof english> = {
  title: 'Dateien, in denen die Person stand',
  label: 'Zurückgezogene Dateien, und wer sie heruntergeladen hatte',
  columns: { file: 'Datei', from: 'Aus', withdrawn: 'Zurückgezogen', downloads: 'Heruntergeladen von', again: 'Neu exportiert' },
  outdatedTitle: 'Exporte von vor der Berichtigung',
  outdatedLabel: 'Exporte von vor der Berichtigung, und wer sie heruntergeladen hatte',
  tellCorrected: 'Wer eine Datei heruntergeladen hat, hat vielleicht noch die falschen Werte: Sagen Sie ihnen, was berichtigt wurde (Art. 19).',
  states: {
    available: 'nein, sie ist herunterzuladen',
    expired: 'nein, ihre Zeit war um',
    deleted: 'nein, sie wurde gelöscht',
    withdrawn: 'zurückgezogen',
  },
  withdraw: 'Zurückziehen',
  withdrawOf: (name) => `${name} zurückziehen`,
  withdrawTitle: 'Diese Datei zurückziehen?',
  withdrawText:
    'Ab sofort kann niemand sie herunterladen, und sie wird gelöscht. Danach kann, wer Aufträge der Quelle ändern darf, ihr Fenster mit den jetzigen Werten neu exportieren.',
  withdrawn: 'Die Datei ist zurückgezogen.',
  nobody: 'niemandem',
  tell: 'Wer eine Datei heruntergeladen hat, hat sie noch: Sagen Sie ihnen, dass auch sie zu löschen ist (Art. 19).',
  unknown: (count) => (count === 1 ? 'Von 1 Datei lässt es sich nicht sagen' : `Von ${count} Dateien lässt es sich nicht sagen`),
  unknownText:
    'Sie entstanden, bevor UDM vermerkte, wer in Dateien steht, und sind noch herunterzuladen. Ziehen Sie sie zurück, wenn die Person darin stehen könnte.',
  again: 'Neu exportieren',
  againOf: (name) => `Ohne die Person neu exportieren: ${name}`,
  againTitle: 'Dieses Fenster neu exportieren?',
  againText:
    'Der Auftrag läuft noch einmal für dasselbe Fenster, mit seinen jetzigen Einstellungen und Empfängern. Was gelöscht ist, steht nicht mehr darin; was bleiben muss, ohne die Person. Wer die Datei braucht, findet die neue unter Dateien.',
  againConfirm: 'Neu exportieren',
  againBegun: 'Das Fenster wird neu exportiert.',
  againLater: 'ist neu zu exportieren, sobald die Löschung nachgeprüft ist',
  againByOthers: 'ist neu zu exportieren',
  byOthersText:
    'Neu exportieren kann, wer Aufträge der Quelle ändern darf. Die zurückgezogene Datei steht unter Dateien, mit der Schaltfläche „Zeitfenster erneut ausführen“.',
  noData: 'es bleibt nichts zu exportieren',
  notAgain: {
    possible: '',
    not_needed: 'sie ist herunterzuladen',
    job_gone: 'nein: Ihr Auftrag wurde gelöscht',
    job_changed: 'nein: Ihr Auftrag exportiert inzwischen anderes',
    under_way: 'läuft',
    live_again: 'eine andere Datei deckt dieses Fenster ab',
  },
};
