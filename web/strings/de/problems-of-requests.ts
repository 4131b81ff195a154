import type { serverProblem as english } from '../problems-of-server.ts';

/** Errors of data requests and of what remembers them. */
export const problemsOfRequests = {
  'gdpr.file_format': {
    text: 'Die Datei ist kein einzelnes JSON-Dokument in UTF-8.',
    fix: 'Senden Sie ein JSON-Objekt ohne Byte-Order-Mark; „value“ nennt Zeile und Spalte.',
  },
  'gdpr.count': { text: 'Die Liste ist leer oder zu lang.', fix: 'Senden Sie so viele Einträge, wie „range“ sagt; teilen Sie eine längere Datei.' },
  'gdpr.case_id': {
    text: 'Das kann kein Aktenzeichen sein.',
    fix: 'Verwenden Sie 1 bis 100 Zeichen: Buchstaben, Ziffern und . _ / # -; keine Kennung der Person, denn das Aktenzeichen bleibt.',
  },
  'gdpr.workers_lost': {
    text: 'Ein Worker nach dem anderen endete bei diesem Schritt.',
    fix: 'Sehen Sie in die Protokolle der Worker und nach ihrem Speicher; der Schritt wird nach einer Stunde erneut versucht.',
  },
  'gdpr.kind': { text: 'Diese Art von Antrag gibt es nicht.', fix: 'Verwenden Sie eine aus „range“.' },
  'gdpr.identifier_missing': { text: 'Nichts sagt, um wessen Daten es geht.', fix: 'Geben Sie mindestens eine Kennung der Person an.' },
  'gdpr.identifier_type': { text: 'Diese Art von Kennung ist nicht bekannt.', fix: 'Verwenden Sie eine aus „range“.' },
  'gdpr.identifier': { text: 'Das kann keine Kennung dieser Art sein.', fix: 'Prüfen Sie sie; „range“ sagt, was möglich ist.' },
  'gdpr.identifier_twice': { text: 'Dieselbe Kennung steht zweimal da.', fix: 'Geben Sie jede Kennung einmal an; „value“ nennt die erste.' },
  'gdpr.email': { text: 'Das ist keine E-Mail-Adresse.', fix: 'Schreiben Sie sie wie name@example.com, höchstens 254 Zeichen, der Name höchstens 64.' },
  'gdpr.phone': {
    text: 'Das ist keine Telefonnummer, die sich von anderen unterscheiden lässt.',
    fix: 'Schreiben Sie sie mit dem Land, z. B. +49 89 1234567, ohne Buchstaben.',
  },
  'gdpr.too_broad': {
    text: 'Das träfe auf viele Menschen zu.',
    fix: 'Geben Sie eine ganze Kennung an: keine Platzhalter, keine Muster, keine einzelnen Buchstaben.',
  },
  'gdpr.received_on': {
    text: 'Das Eingangsdatum ist kein Datum, liegt in der Zukunft oder vor der Verordnung.',
    fix: 'Verwenden Sie ein Datum aus „range“, wie 2026-01-31.',
  },
  'gdpr.correction': {
    text: 'Die Berichtigungen passen nicht zum Antrag.',
    fix: 'Eine Berichtigung nennt Felder des Katalogs („range“) mit ihren neuen Werten; andere Arten nennen keines.',
  },
  'gdpr.correction_nowhere': {
    text: 'Eine Berichtigung findet nichts zu ändern: Ihr Feld oder der alte Wert, den sie nennt, steht in keiner Zeile, die allein dieser Person gehört.',
    fix: 'Halten Sie diesen Antrag an und reichen Sie ihn mit dem Wert, der dort steht, neu ein: Der Antrag zeigt ihn maskiert; „value“ nennt jede solche Berichtigung und ihr Feld.',
  },
  'gdpr.correction_several': {
    text: 'Wo eine Berichtigung ohne alten Wert einen Wert schreiben würde, stehen verschiedene: Die anderen gingen verloren.',
    fix: 'Halten Sie diesen Antrag an und reichen Sie ihn neu ein, mit dem alten Wert, der falsch ist, oder mit einer Berichtigung für jeden; „value“ nennt jede solche Berichtigung und ihr Feld.',
  },
  'gdpr.note': { text: 'Die Notiz fehlt oder ist zu lang.', fix: 'Schreiben Sie, was „range“ sagt.' },
  'gdpr.identifier_in_url': {
    text: 'Die Adresse enthält, was wie eine E-Mail-Adresse oder Telefonnummer aussieht. Sie wurde nicht protokolliert.',
    fix: 'Senden Sie Kennungen nur im Inhalt: Adressen bleiben in Verläufen und Protokollen.',
  },
  'gdpr.duplicate': {
    text: 'Für diese Person ist ein Antrag dieser Art schon offen, oder er steht zweimal in der Datei.',
    fix: 'Sehen Sie den in „value“ an; soll es trotzdem ein weiterer sein, bestätigen Sie das.',
  },
  'gdpr.extension': {
    text: 'So lässt sich die Frist nicht verlängern.',
    fix: 'Sie wird einmal um zwei weitere Monate verlängert, mit Begründung und innerhalb des ersten Monats.',
  },
  'gdpr.state': { text: 'In seinem Zustand geht das mit dem Antrag nicht.', fix: 'Sehen Sie nach seinem Zustand; „range“ sagt, aus welchen es geht.' },
  'gdpr.begun': {
    text: 'Für diesen Antrag sind schon Daten geändert, oder seine Antwort liegt bereit: Er kann nicht mehr angehalten oder abgelehnt werden.',
    fix: 'Beheben Sie, was der Antrag als Fehler nennt; UDM macht binnen einer Stunde weiter. Ist das nicht möglich, kann eine freigebende Person ihn teilweise erledigt beenden.',
  },
  'gdpr.goes_on': {
    text: 'Nichts hindert diesen Antrag: Kein Schritt ist gescheitert, oder einer wird gerade noch einmal versucht.',
    fix: 'Warten Sie, bis UDM es versucht hat; teilweise erledigt endet er nur, wenn alles Übrige gescheitert ist.',
  },
  'gdpr.identity': { text: 'Es ist nicht vermerkt, wie die Identität der Person geprüft wurde.', fix: 'Schreiben Sie zuerst den Vermerk zur Identität.' },
  'gdpr.ambiguous': {
    text: 'Die Kennungen führen zu mehr als einer Person.',
    fix: 'Ergänzen Sie eine Kennung, die nur diese Person hat, oder lassen Sie eine zweite Person bestätigen, dass alle gemeint sind. Sind es nur deshalb mehrere, weil zwei Quellen dieselbe Kontakt-ID vergeben, lassen Sie es bestätigen, wenn es eine Person ist; sonst halten Sie den Antrag an und beantworten ihn von Hand.',
  },
  'gdpr.too_many_people': {
    text: 'Eine Kennung steht bei so vielen Kontakten, dass sie niemanden unterscheidet; allen zusammen kann niemand zustimmen.',
    fix: 'Ergänzen Sie die Kontakt-ID oder Kundennummer der Person. Führt auch sie zu so vielen, halten Sie den Antrag an und reichen Sie ihn ohne die Kennung neu ein, die Tausende haben.',
  },
  'gdpr.four_eyes': {
    text: 'Wer den Antrag eingereicht oder bearbeitet hat, kann nicht über ihn entscheiden.',
    fix: 'Bitten Sie eine andere genehmigende Person oder Datenschutzbeauftragte.',
  },
  'gdpr.held': {
    text: 'Die Daten dieser Person unterliegen einer Aufbewahrungspflicht.',
    fix: 'Heben Sie die Sperre zuerst auf, oder lehnen Sie den Antrag aus diesem Grund ab.',
  },
  'gdpr.access_first': {
    text: 'Ein Auskunftsantrag derselben Person ist zuerst zu beantworten.',
    fix: 'Warten Sie, bis er erledigt ist, oder halten Sie ihn an.',
  },
  'gdpr.ground': { text: 'Eine Ablehnung braucht eine Begründung und einen der Rechtsgründe.', fix: 'Verwenden Sie einen aus „range“, und sagen Sie, warum.' },
  'gdpr.hold_released': { text: 'Die Sperre wurde schon aufgehoben.', fix: 'Setzen Sie eine neue, wenn es eine geben muss.' },
  'gdpr.no_catalog': {
    text: 'Der Katalog einer Quelle sagt nicht, wie Menschen darin stehen.',
    fix: 'Der Betreiber muss die Kennungen im Abschnitt „people“ des Katalogs aus „value“ nennen.',
  },
  'gdpr.comes_back': {
    text: 'Die Person wurde nach dem Löschen immer wieder gefunden; „value“ sagt, in wie vielen Zeilen.',
    fix: 'Halten Sie an, was die Person neu in die Quelle schreibt. UDM löscht einen Tag später noch einmal.',
  },
  'gdpr.no_receipt': {
    text: 'Zu diesem Antrag gibt es keinen Beleg.',
    fix: 'Er entsteht, wenn der Antrag erledigt oder abgelehnt ist; angehaltene und sehr alte Anträge haben keinen.',
  },
  'gdpr.no_write_access': {
    text: 'Eine Quelle hat kein Konto, mit dem UDM Daten ändern darf.',
    fix: 'Geben Sie dieser Quelle ihr Konto mit Schreibrechten; es dient nur dem Löschen und Berichtigen.',
  },
  'gdpr.read_only': {
    text: 'Der Server einer Quelle nimmt keine Änderungen an: Er folgt einem anderen oder ist nur zum Lesen eingestellt.',
    fix: 'Geben Sie der Quelle den Server, dem dieser folgt; was dort geändert wird, erreicht die Kopie von selbst.',
  },
  'gdpr.constraint': {
    text: 'Eine Regel der Quelle verbietet, was mit ihren Zeilen geschehen muss; nichts wurde geändert.',
    fix: 'Lockern Sie die Regel aus „value“, oder nennen Sie UDM im Katalog die Tabelle, die sie schützt. Eine Berichtigung, die nicht in die Spalte passt, braucht einen anderen Wert, in einem neuen Antrag.',
  },
  'gdpr.changed_since': {
    text: 'Die Daten haben sich geändert, seit sie angesehen wurden.',
    fix: 'UDM sieht binnen einer Stunde noch einmal nach; bleibt es dabei, suchen Sie, was diese Zeilen schreibt.',
  },
  'gdpr.key_lost': {
    text: 'Der Schlüssel dieses Falls liegt nicht in seinem Ordner: Was er verschloss, ist nicht mehr zu lesen.',
    fix: 'Der Betreiber muss die Datei aus einer Sicherung holen; sonst halten Sie den Antrag an oder, wenn für ihn schon etwas geändert ist, lassen ihn teilweise erledigt beenden, und reichen ihn neu ein.',
  },
  'usage.identifier': {
    text: 'Was einen Menschen benennt, darf nicht auf der Befehlszeile stehen.',
    fix: 'Schreiben Sie Kennungen in eine Datei und nennen Sie deren Namen, oder „-“ für die Standardeingabe.',
  },
  'gdpr.note_unreadable': {
    text: 'Eine Notiz zu diesem Antrag oder dieser Sperre ist nicht zu öffnen: Der Hauptschlüssel ist ein anderer, oder sie ist beschädigt.',
    fix: 'Der Betreiber muss den master.key zurückholen, mit dem sie verschlossen wurde.',
  },
  'gdpr.not_fetched': {
    text: 'Das Paket des Auskunftsantrags derselben Person wurde noch nicht ganz heruntergeladen, und die Löschung löscht es.',
    fix: 'Laden Sie das Paket herunter; die Löschung beginnt dann von selbst.',
  },
  'gdpr.no_recipient': {
    text: 'Kein Datenschutzbeauftragter hat ein gültiges Zertifikat, für das das Paket verschlüsselt werden könnte.',
    fix: 'Lassen Sie einen Datenschutzbeauftragten ein Zertifikat hochladen; UDM versucht es binnen einer Stunde wieder.',
  },
  'gdpr.no_package': {
    text: 'Zu dieser Anfrage gibt es kein Paket.',
    fix: 'Eine Auskunft hat eines, sobald sie erledigt ist.',
  },
  'gdpr.package_gone': {
    text: 'Das Paket dieser Anfrage ist abgelaufen.',
    fix: 'Reichen Sie eine neue Auskunft ein, wenn die Person es noch braucht.',
  },
  'gdpr.package_missing': {
    text: 'Die Datei des Pakets ist nicht im Speicher.',
    fix: 'Holen Sie sie aus einer Sicherung des Speichers zurück, oder reichen Sie eine neue Auskunft ein.',
  },
  'gdpr.keys_unwritable': {
    text: 'Der Ordner mit den Schlüsseln der Fälle kann nicht geschrieben werden.',
    fix: 'Bitten Sie den Betreiber, Rechte und Platz zu prüfen oder UDM_CASE_KEYS auf einen anderen Ordner zu setzen.',
  },
  'settings.region': {
    text: 'Von diesem Land sind keine Telefonnummern bekannt.',
    fix: 'Geben Sie die zwei Buchstaben nach ISO 3166 an, z. B. DE, oder nichts.',
  },
  'ledger.inside_data': {
    text: 'Das Löschverzeichnis darf nicht im Datenordner liegen.',
    fix: 'Bitten Sie den Betreiber, UDM_LEDGER auf einen Ordner außerhalb zu setzen.',
  },
  'ledger.unreadable': { text: 'Das Löschverzeichnis kann nicht gelesen werden.', fix: 'Bitten Sie den Betreiber, UDM die Datei lesen zu lassen.' },
  'ledger.unwritable': {
    text: 'Das Löschverzeichnis kann nicht geschrieben werden, darum wird niemand gelöscht.',
    fix: 'Bitten Sie den Betreiber, Platz zu schaffen oder UDM einen anderen Ordner zu geben.',
  },
  'ledger.changed': {
    text: 'Das Löschverzeichnis ist nicht das, was UDM geschrieben hat.',
    fix: 'Der Betreiber muss es mit einer Kopie vergleichen. Bis dahin wird niemand gelöscht.',
  },
  'ledger.behind': {
    text: 'Im Löschverzeichnis fehlt, was laut Datenbank darin steht.',
    fix: 'Der Betreiber muss die Datei aus einer Kopie zurückholen. Bis dahin wird niemand gelöscht.',
  },
  'ledger.replay_pending': {
    text: 'In dieser Quelle sind nach einer Wiederherstellung zuerst Löschungen zu wiederholen.',
    fix: 'UDM wiederholt sie von selbst, sobald es die Quelle mit dem Konto erreicht, das Zeilen ändern darf, und keine Sperre auf diesen Personen liegt.',
  },
  'ledger.ahead': {
    text: 'Das Löschverzeichnis kennt Löschungen, die die Datenbank nicht kennt: Die Datenbank ist älter.',
    fix: 'Der Betreiber muss UDM neu starten: Es wiederholt sie zuerst.',
  },
} satisfies Partial<typeof english>;
