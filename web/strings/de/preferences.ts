import type { preferences as english } from '../preferences.ts';
import type { Translation } from '../translation.ts';

export const preferences: Translation<typeof english> = {
  title: 'Benutzereinstellungen',
  certificates: 'Zertifikate',
  lead: 'Die Dateien werden für die hier aufgeführten Zertifikate verschlüsselt. Laden Sie nur das Zertifikat hoch: UDM braucht Ihren privaten Schlüssel nie, und ohne ihn kann niemand die Dateien öffnen, auch UDM nicht.',
  subject: 'Inhaber',
  issuer: 'Aussteller',
  selfSigned: 'selbst ausgestellt',
  owner: (name) => `Hochgeladen von ${name}`,
  columns: { label: 'Name', validity: 'Gültig bis', fingerprint: 'Fingerabdruck (SHA-256)', key: 'Schlüssel', jobs: 'Aufträge' },
  rsa: (bits) => `RSA ${bits}`,
  daysLeft: (days) => (days < 0 ? 'abgelaufen' : days === 1 ? 'noch 1 Tag' : `noch ${days.toLocaleString('de-DE')} Tage`),
  fingerprintOf: (label) => `Fingerabdruck von ${label}`,
  warnings: {
    ends_soon: 'Läuft bald ab. Laden Sie den Nachfolger hoch, und wählen Sie ihn in Ihren Aufträgen.',
    key_2048: 'Ein Schlüssel mit 2048 Bit wird angenommen; empfohlen sind 3072 Bit.',
    key_usage_absent: 'Das Zertifikat nennt nicht, wofür sein Schlüssel verwendet werden darf.',
    sha1_signature: 'Das Zertifikat ist mit SHA-1 signiert, das veraltet ist.',
  },
  noJobs: 'Keine',
  jobsOf: (label) => `Aufträge, die ${label} verwenden`,
  otherJobs: (count) => (count === 1 ? 'und 1 weiterer' : `und ${count} weitere`),
  usedBy: (titles) => `Verwendet von ${titles}. Wählen Sie in diesen Aufträgen zuerst ein anderes Zertifikat, oder löschen Sie sie.`,
  usedByOthers: 'Aufträge, die Sie nicht sehen dürfen, verwenden es noch.',
  rename: (label) => `${label} umbenennen`,
  renameTitle: 'Dieses Zertifikat umbenennen',
  renameSave: 'Umbenennen',
  renamed: (label) => `Es heißt jetzt „${label}“.`,
  expiryHint: (days) =>
    days < 0
      ? 'Läufe für dieses Zertifikat scheitern, bevor sie etwas lesen.'
      : days <= 1
        ? 'Es läuft gerade ab. Laden Sie jetzt den Nachfolger hoch, und wählen Sie ihn in Ihren Aufträgen.'
        : 'Laden Sie den Nachfolger hoch, und wählen Sie ihn in Ihren Aufträgen, bevor es abläuft.',
  signingKeys: {
    title: 'Signaturschlüssel dieses UDM',
    lead: 'Mit diesem Schlüssel unterschreibt UDM das Manifest jeder Datei und jedes Laufs. Wer Dateien mit „udm verify“ oder OpenSSL prüft, vergleicht den Fingerabdruck mit diesem oder nimmt den öffentlichen Schlüssel von hier.',
    inUse: 'In Gebrauch seit',
    earlier: 'Früher in Gebrauch',
    fingerprint: 'den Fingerabdruck des Signaturschlüssels',
    download: 'Öffentliche Schlüssel (PEM)',
  },
  look: 'Darstellung und Tasten',
  lookLead: 'Wird in diesem Browser gespeichert, nur für Sie.',
  asBrowser: 'Wie der Browser es wünscht',
  languageReload: 'Die Seite wird in der gewählten Sprache neu geladen.',
  drop: 'Sie können die Datei auch hierher ziehen.',
  delete: (label) => `${label} löschen`,
  deleteTitle: 'Dieses Zertifikat löschen?',
  deleteText: (label) =>
    `„${label}“ kann dann nicht mehr für neue Aufträge gewählt werden. Bereits erstellte Dateien bleiben mit seinem privaten Schlüssel lesbar.`,
  deleteConfirm: 'Löschen',
  deleted: (label) => `„${label}“ ist gelöscht.`,
  empty: 'Noch kein Zertifikat',
  emptyText: 'Laden Sie unten eines hoch, um Aufträge erstellen zu können.',
  upload: 'Zertifikat hochladen',
  file: 'Zertifikatsdatei',
  fileHint: 'Ein X.509-Zertifikat mit einem RSA-Schlüssel von 2048 bis 8192 Bit, als PEM oder DER (.pem, .crt, .cer, .der).',
  filePlaceholder: 'Datei wählen',
  clearFile: 'Datei entfernen',
  paste: 'Oder einfügen',
  pastePlaceholder: '-----BEGIN CERTIFICATE-----',
  label: 'Name',
  labelHint: 'So erscheint es in Listen. Bleibt das Feld leer, verwendet UDM den Namen im Zertifikat.',
  submit: 'Hochladen',
  uploaded: (label) => `„${label}“ ist gespeichert.`,
  nothing: 'Wählen Sie eine Datei, oder fügen Sie ein Zertifikat ein.',
  fileTooLarge: 'Diese Datei ist zu groß für ein Zertifikat. Die Grenze liegt bei 64 KB.',
  privateKey:
    'Das enthält einen privaten Schlüssel. Er wurde nicht gesendet und hat diesen Rechner nicht verlassen. Wählen Sie die Datei, die nur das Zertifikat enthält.',
  howTo: 'Noch kein Zertifikat? Erzeugen Sie Schlüssel und Zertifikat auf Ihrem eigenen Rechner:',
  howToCommand:
    'openssl req -x509 -newkey rsa:3072 -nodes -days 730 -subj "/CN=UDM export" -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,keyEncipherment -keyout key.pem -out certificate.pem',
  howToAfter: 'Laden Sie certificate.pem hier hoch. Bewahren Sie key.pem sicher und nur für sich auf: Ohne diese Datei lässt sich nichts öffnen.',
  howToCopy: 'Befehl',
};
