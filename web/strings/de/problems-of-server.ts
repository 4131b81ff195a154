import type { serverProblem as english } from '../problems-of-server.ts';
import { problemsOfRequests } from './problems-of-requests.ts';
import { problemsOfSources } from './problems-of-sources.ts';

/** Each coded error of the server. What an administrator reads in a terminal only stays with the server's English. */
export const serverProblem: typeof english = {
  'request.invalid': { text: 'Die Anfrage enthält Fehler.', fix: 'Berichtigen Sie die genannten Felder, und senden Sie erneut.' },
  'json.invalid': { text: 'Der Inhalt ist kein gültiges JSON.', fix: 'Senden Sie JSON in UTF-8 ohne Byte-Order-Mark.' },
  'json.duplicate_key': { text: 'Der Inhalt nennt eine Eigenschaft doppelt.', fix: 'Senden Sie jede Eigenschaft einmal.' },
  'body.too_large': { text: 'Der Inhalt ist zu groß.', fix: 'Senden Sie weniger auf einmal.' },
  'body.media_type': { text: 'Der Inhalt hat den falschen Typ.', fix: 'Senden Sie application/json.' },
  'request.header': { text: 'Eine Kopfzeile der Anfrage ist nicht zulässig.', fix: 'Verwenden Sie den Namen oder die Adresse, unter der UDM erreichbar ist.' },
  'request.too_many': {
    text: 'Es waren zu viele Anfragen in der letzten Minute, oder zu viele Fenster lesen mit.',
    fix: 'Warten Sie einen Moment, und versuchen Sie es erneut; schließen Sie Fenster, die Sie nicht brauchen.',
  },
  'request.abandoned': { text: 'Auf die Antwort wurde nicht mehr gewartet.', fix: 'Versuchen Sie es erneut, falls sie noch gebraucht wird.' },
  'property.unknown': { text: 'Diese Eigenschaft ist hier nicht bekannt.', fix: 'Lassen Sie sie weg, oder prüfen Sie die Schreibweise.' },
  'property.read_only': { text: 'Diese Eigenschaft setzt UDM selbst.', fix: 'Lassen Sie sie weg.' },
  'field.type': { text: 'Der Wert hat den falschen Typ.', fix: 'Geben Sie einen Wert der verlangten Art an.' },
  'field.required': { text: 'Der Wert fehlt.', fix: 'Geben Sie einen Wert an.' },
  'number.format': { text: 'Der Wert ist keine einfache ganze Zahl.', fix: 'Geben Sie nur Ziffern ein, höchstens 9007199254740991.' },
  'query.invalid': { text: 'Eine Angabe in der Adresse liegt außerhalb des Erlaubten.', fix: 'Setzen Sie die Filter zurück.' },
  'cursor.invalid': {
    text: 'Diese Stelle der Liste gibt es nicht: Sie ist beschädigt oder gehört zu einer anderen Liste oder Sortierung.',
    fix: 'Beginnen Sie wieder mit der ersten Seite.',
  },
  'not_found': { text: 'Das gibt es hier nicht.', fix: 'Prüfen Sie die Adresse oder die Kennung.' },
  'version.mismatch': {
    text: 'Jemand anderes hat es inzwischen geändert.',
    fix: 'Lesen Sie es erneut, sehen Sie sich die Änderung an, und wiederholen Sie dann Ihre.',
  },
  'version.required': { text: 'Die Anfrage nennt nicht, welche Fassung sie ändert.', fix: 'Laden Sie die Seite neu, und wiederholen Sie die Änderung.' },
  'idempotency.reused': { text: 'Diese Anfrage wurde schon mit anderem Inhalt gesendet.', fix: 'Laden Sie die Seite neu, und senden Sie erneut.' },
  'service.unavailable': {
    text: 'UDM erreicht seine Datenbank gerade nicht.',
    fix: 'Versuchen Sie es gleich erneut; bleibt es dabei, führen Sie „udm doctor“ aus.',
  },
  'disk.full': {
    text: 'Auf dem Datenträger ist zu wenig Platz frei.',
    fix: 'Schaffen Sie Platz im Datenordner; es wurde nichts geändert.',
  },
  'internal': { text: 'In UDM ist etwas schiefgegangen.', fix: 'Versuchen Sie es erneut; bleibt es dabei, suchen Sie die Anfragenummer im Protokoll.' },
  'sign_in.failed': {
    text: 'Mandant, Benutzername oder Passwort stimmt nicht.',
    fix: 'Prüfen Sie alle drei; im Passwort zählt die Groß- und Kleinschreibung.',
  },
  'sign_in.required': { text: 'Sie sind nicht angemeldet.', fix: 'Melden Sie sich an, und versuchen Sie es erneut.' },
  'sign_in.too_many': { text: 'Zu viele Versuche.', fix: 'Warten Sie einige Minuten, und versuchen Sie es dann erneut.' },
  'sign_in.fresh_required': {
    text: 'Das verlangt einen Nachweis, dass Sie es noch sind.',
    fix: 'Weisen Sie sich mit Passwort oder Code aus, und wiederholen Sie es dann.',
  },
  'sign_in.code_required': {
    text: 'Dieses Konto verlangt auch einen Code.',
    fix: 'Geben Sie den Code Ihrer Authenticator-App oder einen Wiederherstellungscode ein.',
  },
  'sign_in.code_wrong': {
    text: 'Dieser Code stimmt nicht oder wurde schon benutzt.',
    fix: 'Warten Sie auf den nächsten Code der App; wird auch er abgelehnt, stellen Sie die Uhr des Telefons, oder verwenden Sie einen Wiederherstellungscode.',
  },
  'second_factor.missing': {
    text: 'Ihr Mandant verlangt von allen einen zweiten Faktor, und Sie haben noch keinen.',
    fix: 'Richten Sie ihn ein; bis dahin geht nichts anderes.',
  },
  'second_factor.on': { text: 'Es gibt schon einen zweiten Faktor.', fix: 'Schalten Sie ihn zuerst aus, oder behalten Sie ihn.' },
  'second_factor.off': { text: 'Es gibt keinen zweiten Faktor.', fix: 'Es ist nichts zu tun.' },
  'second_factor.required': {
    text: 'Der Mandant verlangt von allen einen zweiten Faktor.',
    fix: 'Behalten Sie ihn; ist er verloren, setzt ihn die Administration des Mandanten zurück.',
  },
  'source.secret_unreadable': {
    text: 'Das gespeicherte Passwort der Quelle ist nicht zu öffnen: Der Hauptschlüssel ist nicht der, mit dem es versiegelt wurde, oder es ist beschädigt.',
    fix: 'Geben Sie das Passwort der Quelle neu ein, oder lassen Sie die master.key zurücklegen, mit der es versiegelt wurde.',
  },
  'sso.secret_unreadable': {
    text: 'Das gespeicherte Client-Geheimnis des Single Sign-on ist nicht zu öffnen: Der Hauptschlüssel ist nicht der, mit dem es versiegelt wurde, oder es ist beschädigt.',
    fix: 'Ein Administrator des Mandanten meldet sich mit Passwort an und gibt das Client-Geheimnis neu ein, oder der Betreiber legt die master.key zurück.',
  },
  'second_factor.secret_unreadable': {
    text: 'Das gespeicherte Geheimnis dieses zweiten Faktors ist nicht zu öffnen: Der Hauptschlüssel ist nicht der, mit dem es versiegelt wurde, oder es ist beschädigt.',
    fix: 'Lassen Sie ihn zurücksetzen („udm second-factor reset“) und richten Sie ihn neu ein, oder der Betreiber legt die master.key zurück.',
  },
  'signing_key.secret_unreadable': {
    text: 'Der Schlüssel, der Manifeste unterschreibt, ist nicht zu öffnen: Der Hauptschlüssel ist nicht der, mit dem er versiegelt wurde, oder er ist beschädigt.',
    fix: 'Der Betreiber legt die master.key zurück oder unterschreibt künftig mit einem neuen Schlüssel: „udm signing-key renew“.',
  },
  'sso.none': { text: 'Für diesen Mandanten gibt es kein Single Sign-on.', fix: 'Prüfen Sie den Mandanten, oder melden Sie sich mit Passwort an.' },
  'sso.public_url': {
    text: 'Dieses UDM kennt die Adresse nicht, unter der es erreicht wird.',
    fix: 'Der Betrieb setzt UDM_PUBLIC_URL und startet UDM neu; Single Sign-on kehrt nur dorthin zurück.',
  },
  'sso.unreachable': {
    text: 'Der Anbieter des Single Sign-on antwortet nicht oder ist nicht der richtige.',
    fix: 'Versuchen Sie es gleich noch einmal; bleibt es dabei, prüfen Sie Aussteller und Netz.',
  },
  'sso.refused': {
    text: 'Der Anbieter des Single Sign-on oder dieser Mandant hat Sie nicht eingelassen.',
    fix: 'Bitten Sie die Administration Ihres Mandanten um Zugang.',
  },
  'sso.invalid': {
    text: 'Die Antwort des Anbieters gehört zu keiner hier begonnenen Anmeldung.',
    fix: 'Beginnen Sie in diesem Browser neu auf der Anmeldeseite, und schließen Sie innerhalb von zehn Minuten ab.',
  },
  'sso.claims': {
    text: 'Der Anbieter nennt keinen Benutzernamen, den UDM annehmen kann.',
    fix: 'Die Administration des Mandanten nennt dafür eine andere Angabe, oder der Anbieter ergänzt sie.',
  },
  'sso.last_administrator': {
    text: 'Der Anbieter führt Sie nicht mehr als Administration, und Ihr Mandant hat keine andere.',
    fix: 'Lassen Sie es beim Anbieter wieder eintragen, oder machen Sie jemand anderes dazu (auf der Kommandozeile: udm role grant).',
  },
  'sso.name_taken': {
    text: 'In diesem Mandanten gibt es einen anderen Benutzer Ihres Namens, der sich mit Passwort anmeldet.',
    fix: 'Die Administration löscht ihn oder benennt ihn um, oder sie nennt für den Benutzernamen eine andere Angabe.',
  },
  'permission.denied': { text: 'Ihre Rollen erlauben das nicht.', fix: 'Bitten Sie die Administration Ihres Mandanten um eine Rolle, die es darf.' },
  'token.scope': { text: 'Die Bereiche dieses Tokens erlauben das nicht.', fix: 'Verwenden Sie ein Token mit einem der genannten Bereiche.' },
  'password.change_required': {
    text: 'Dieses Passwort hat jemand anderes vergeben; es muss zuerst geändert werden.',
    fix: 'Wählen Sie ein eigenes Passwort; bis dahin geht nichts anderes.',
  },
  'token.second_factor': {
    text: 'Der Mandant verlangt von allen einen zweiten Faktor, und wem dieses Token gehört, hat keinen.',
    fix: 'Wem es gehört, meldet sich in der Web-App an und richtet einen ein; dann geht das Token wieder.',
  },
  'token.person_required': {
    text: 'Das ist für eine Person, die da ist, nicht für ein Token; auch was „udm login“ behält, ist eines.',
    fix: 'Tun Sie es in der Web-Anwendung; oder als Operator auf der Kommandozeile, nach „udm logout“.',
  },
  'token.name': { text: 'So kann ein Token nicht heißen.', fix: 'Sagen Sie in 1 bis 100 Zeichen, wofür es ist.' },
  'token.scopes': { text: 'Ein Bereich fehlt, ist unbekannt oder doppelt genannt.', fix: 'Wählen Sie mindestens einen Bereich, jeden einmal.' },
  'token.days': { text: 'So lange kann ein Token nicht gelten.', fix: 'Geben Sie eine ganze Zahl von 1 bis 365 Tagen an.' },
  'token.too_many': { text: 'Sie haben so viele Tokens, wie eine Person haben darf.', fix: 'Widerrufen Sie, was niemand mehr verwendet.' },
  'sign_in.ended': { text: 'Das Token dieses Befehls ist widerrufen oder abgelaufen.', fix: 'Melden Sie sich mit „udm login“ neu an.' },
  'password.not_repeated': { text: 'Die beiden Passwörter sind nicht gleich.', fix: 'Geben Sie das neue Passwort zweimal gleich ein.' },
  'password.wrong': {
    text: 'Das ist nicht Ihr jetziges Passwort.',
    fix: 'Geben Sie das Passwort ein, mit dem Sie sich angemeldet haben; Großschreibung zählt.',
  },
  'password.too_short': { text: 'Das Passwort ist zu kurz oder zu lang.', fix: 'Verwenden Sie 12 bis 1000 Zeichen; einige Wörter hintereinander sind gut.' },
  'password.too_simple': {
    text: 'Dieses Passwort ist leicht zu erraten.',
    fix: 'Verwenden Sie mindestens sechs verschiedene Zeichen und weder den Benutzernamen noch den Namen des Mandanten.',
  },
  'password.same': { text: 'Dieses Passwort haben Sie schon.', fix: 'Wählen Sie ein anderes.' },
  'user.name': {
    text: 'So kann ein Benutzer nicht heißen.',
    fix: 'Verwenden Sie 1 bis 100 Zeichen, keinen Backslash, keine Steuerzeichen und kein Leerzeichen am Rand.',
  },
  'user.name_taken': { text: 'Einen Benutzer dieses Namens gibt es schon.', fix: 'Wählen Sie einen anderen Namen; Großschreibung macht keinen Unterschied.' },
  'user.email': { text: 'Das ist keine E-Mail-Adresse.', fix: 'Schreiben Sie sie wie name@example.com, oder lassen Sie sie weg.' },
  'user.roles': { text: 'Eine Rolle ist unbekannt oder doppelt genannt.', fix: 'Verwenden Sie die genannten Rollen, jede einmal.' },
  'user.oneself': {
    text: 'Niemand sperrt, löscht oder setzt sich selbst zurück.',
    fix: 'Bitten Sie eine andere Administration; Ihr eigenes Passwort ändern Sie in Ihren Einstellungen.',
  },
  'user.last_administrator': {
    text: 'Das ist die letzte aktive Administration des Mandanten.',
    fix: 'Geben Sie zuerst jemand anderem diese Rolle.',
  },
  'quota.users': { text: 'Der Mandant hat so viele Benutzer, wie er haben darf.', fix: 'Löschen Sie Benutzer, die gegangen sind.' },
  'quota.storage': {
    text: 'Die Dateien des Mandanten brauchen so viel Platz, wie sie dürfen.',
    fix: 'Löschen Sie Dateien, die niemand mehr braucht, warten Sie, bis einige ablaufen, oder bitten Sie den Betrieb von UDM um mehr Platz.',
  },
  'tenant.name': { text: 'So kann ein Mandant nicht heißen.', fix: 'Verwenden Sie 1 bis 63 kleine Buchstaben, Ziffern und Bindestriche.' },
  'tenant.exists': { text: 'Einen Mandanten dieses Namens gibt es schon.', fix: 'Wählen Sie einen anderen Namen.' },
  'settings.range': { text: 'Diese Einstellung liegt außerhalb des Erlaubten.', fix: 'Geben Sie eine ganze Zahl aus dem genannten Bereich an.' },
  'title.required': { text: 'Ein Auftrag braucht einen Titel.', fix: 'Geben Sie einen Titel mit 1 bis 200 Zeichen ein.' },
  'title.too_long': { text: 'Der Titel ist zu lang.', fix: 'Verwenden Sie höchstens 200 Zeichen.' },
  'title.control_characters': {
    text: 'Der Titel enthält Zeichen, die sich nicht anzeigen lassen.',
    fix: 'Lassen Sie Zeilenumbrüche, Steuerzeichen und Zeichen für die Schreibrichtung weg.',
  },
  'description.too_long': { text: 'Die Beschreibung ist zu lang.', fix: 'Verwenden Sie höchstens 2000 Zeichen.' },
  'description.control_characters': {
    text: 'Die Beschreibung enthält Zeichen, die sich nicht anzeigen lassen.',
    fix: 'Lassen Sie Steuerzeichen außer Zeilenumbrüchen weg.',
  },
  'source.unknown': { text: 'Diese Quelle gibt es nicht.', fix: 'Wählen Sie eine der angebotenen Quellen.' },
  'type.not_supported': { text: 'Diese Quelle bietet diesen Typ nicht an.', fix: 'Wählen Sie einen der angebotenen Typen.' },
  'entity_types.empty': { text: 'Es ist kein Entitätstyp gewählt.', fix: 'Wählen Sie mindestens einen, oder schalten Sie „Alle Entitätstypen“ ein.' },
  'entity_types.unknown': { text: 'Dieser Entitätstyp ist unbekannt oder doppelt genannt.', fix: 'Wählen Sie aus der Liste, jeden einmal.' },
  'time_zone.unknown': {
    text: 'Diese Zeitzone gibt es nicht.',
    fix: 'Verwenden Sie einen IANA-Namen wie Europe/Berlin. Ein Abstand zu UTC ist keine Zeitzone: Er kennt keine Zeitumstellung.',
  },
  'run.invalid': { text: 'Diese Art der Ausführung wird nicht angeboten.', fix: 'Wählen Sie eine der angebotenen.' },
  'every.range': { text: 'Die Zahl der Stunden zwischen den Läufen liegt außerhalb des Erlaubten.', fix: 'Geben Sie eine ganze Zahl von 1 bis 23 ein.' },
  'minute.range': { text: 'Die Minute liegt außerhalb des Erlaubten.', fix: 'Geben Sie eine ganze Zahl von 0 bis 59 ein.' },
  'weekday.invalid': { text: 'Die Wochentage stimmen nicht.', fix: 'Wählen Sie mindestens einen, jeden einmal.' },
  'day_of_month.range': { text: 'Der Tag des Monats liegt außerhalb des Erlaubten.', fix: 'Wählen Sie einen Tag von 1 bis 31 oder den letzten Tag.' },
  'time.invalid': { text: 'Das ist keine Uhrzeit.', fix: 'Schreiben Sie Stunden und Minuten als HH:MM, von 00:00 bis 23:59.' },
  'start.past': { text: 'Der Beginn liegt in der Vergangenheit.', fix: 'Wählen Sie einen künftigen Beginn.' },
  'start.invalid': { text: 'Zu diesem Zeitpunkt kann ein Auftrag nicht beginnen.', fix: 'Wählen Sie ein Datum, das es gibt, höchstens 5 Jahre im Voraus.' },
  'start.conflict': { text: 'Der Auftrag soll zugleich sofort und an einem Datum beginnen.', fix: 'Wählen Sie eines von beiden.' },
  'end.order': { text: 'Das Ende des Auftrags liegt nicht nach seinem Beginn.', fix: 'Wählen Sie ein Ende nach dem Beginn oder keines.' },
  'end.past': { text: 'Das Ende des Auftrags liegt in der Vergangenheit.', fix: 'Wählen Sie ein künftiges Ende oder keines.' },
  'schedule.never_fires': {
    text: 'Der Auftrag würde nie ausgeführt: Sein Zeitplan hat zwischen Beginn und Ende keinen Zeitpunkt.',
    fix: 'Wählen Sie ein späteres Ende oder eine andere Uhrzeit.',
  },
  'missed_runs.invalid': { text: 'Dieser Umgang mit verpassten Läufen wird nicht angeboten.', fix: 'Wählen Sie einen der angebotenen.' },
  'split.range': {
    text: 'Die Größe, ab der geteilt wird, liegt außerhalb des Erlaubten.',
    fix: 'Geben Sie ganze MB von 1 bis 4096 an oder wählen Sie eine einzige Datei.',
  },
  'format.invalid': { text: 'Dieses Format wird nicht angeboten.', fix: 'Wählen Sie eines der angebotenen.' },
  'csv_formulas.invalid': { text: 'Dieser Umgang mit Formeln in CSV wird nicht angeboten.', fix: 'Wählen Sie einen der angebotenen.' },
  'compression.invalid': { text: 'Diese Kompression wird nicht angeboten.', fix: 'Wählen Sie eine der angebotenen.' },
  'range.required': { text: 'Der Zeitraum der Daten fehlt.', fix: 'Wählen Sie einen der angebotenen.' },
  'range.kind': {
    text: 'Diese Art von Zeitraum wird hier nicht angeboten.',
    fix: '„Seit dem vorigen Lauf“ ist für Aufträge, die sich wiederholen; ein Typ ohne Zeitangabe bietet nur „Alle Daten“.',
  },
  'range.repeats_same_data': {
    text: 'Ein festes Intervall würde bei jedem Lauf dieselben Daten exportieren.',
    fix: 'Wählen Sie einen anderen Zeitraum, oder lassen Sie den Auftrag einmal laufen.',
  },
  'range.order': { text: 'Das Ende liegt nicht nach dem Beginn.', fix: 'Wählen Sie ein Ende nach dem Beginn.' },
  'range.future': { text: 'Das Ende liegt in der Zukunft.', fix: 'Wählen Sie ein früheres Ende.' },
  'range.too_long': { text: 'Das Intervall ist zu lang.', fix: 'Wählen Sie höchstens 100 Jahre.' },
  'range.value': { text: 'Die Zahl der Einheiten liegt außerhalb des Erlaubten.', fix: 'Geben Sie eine ganze Zahl ab 1 ein.' },
  'range.unit': { text: 'Diese Einheit wird nicht angeboten.', fix: 'Wählen Sie Stunden, Tage, Wochen oder Monate.' },
  'data_from.after_start': { text: '„Daten ab“ liegt nach dem Beginn des Auftrags.', fix: 'Wählen Sie den Beginn oder einen früheren Zeitpunkt.' },
  'timestamp.invalid': { text: 'Das ist kein Datum mit Uhrzeit.', fix: 'Wählen Sie ein Datum und eine Uhrzeit.' },
  'timestamp.offset_required': { text: 'Dem Zeitpunkt fehlt der Abstand zu UTC.', fix: 'Ergänzen Sie Z oder einen Abstand wie +01:00.' },
  'recipients.required': { text: 'Es ist kein Empfänger gewählt.', fix: 'Wählen Sie mindestens ein Zertifikat.' },
  'recipients.unknown': { text: 'Dieses Zertifikat gibt es nicht.', fix: 'Wählen Sie Zertifikate Ihres Mandanten, jedes einmal.' },
  'certificate.none': {
    text: 'Es gibt kein gültiges Zertifikat, für das verschlüsselt werden kann.',
    fix: 'Laden Sie zuerst ein Zertifikat in den Benutzereinstellungen hoch.',
  },
  'job.already_submitted': {
    text: 'Ein Auftrag, der einmal läuft, kann nach seinem Start nicht mehr bearbeitet werden.',
    fix: 'Kopieren Sie ihn, und ändern Sie die Kopie.',
  },
  'job.in_progress': { text: 'Ein Lauf dieses Auftrags ist noch im Gang.', fix: 'Brechen Sie den Lauf ab, oder warten Sie sein Ende ab.' },
  'job.just_run': { text: 'Dieser Auftrag wurde eben erst gestartet.', fix: 'Sehen Sie sich diesen Lauf an, oder warten Sie eine Minute.' },
  'job.suspended_already': { text: 'Dieser Auftrag ist bereits ausgesetzt.', fix: 'Es ist nichts zu tun.' },
  'job.active_already': { text: 'Dieser Auftrag ist bereits aktiv.', fix: 'Es ist nichts zu tun.' },
  'selection.invalid': { text: 'Die Auswahl ist nicht richtig.', fix: 'Wählen Sie die Aufträge erneut aus.' },
  'selection.changed': {
    text: 'Es sind andere Aufträge ausgewählt als vorhin: Einige kamen oder gingen inzwischen.',
    fix: 'Sehen Sie sich die Auswahl noch einmal an.',
  },
  'idempotency.required': { text: 'Diese Anfrage braucht einen Idempotency-Key.', fix: 'Laden Sie die Seite neu, und wiederholen Sie den Vorgang.' },
  'job.not_resumable': { text: 'Ein Auftrag, der einmal gelaufen ist, kann nicht fortgesetzt werden.', fix: 'Kopieren Sie ihn, um ihn erneut auszuführen.' },
  'job.ended': { text: 'Der Zeitplan dieses Auftrags ist abgelaufen.', fix: 'Ändern Sie sein Ende, führen Sie ihn jetzt aus, oder kopieren Sie ihn.' },
  'run.missed': {
    text: 'UDM lief nicht, als dieser Lauf fällig war.',
    fix: 'Bei einem Auftrag „Seit dem vorigen Lauf“ ist nichts zu tun: Der nächste Lauf holt seine Daten mit. Sonst führen Sie den Auftrag jetzt aus.',
  },
  'run.suppressed': {
    text: 'Der Auftrag war ausgesetzt, als dieser Lauf fällig war.',
    fix: 'Setzen Sie den Auftrag fort; dabei werden Sie gefragt, welche dieser Läufe nachgeholt werden.',
  },
  'run.nothing_new': {
    text: 'Es gibt nichts Neues zu exportieren: Alles bis zur Nachlaufzeit ist schon veröffentlicht.',
    fix: 'Versuchen Sie es später erneut, oder verkürzen Sie die Nachlaufzeit der Quelle.',
  },
  'run.window_conflict': {
    text: 'Das Zeitfenster dieses Laufs wurde inzwischen von einem anderen Lauf veröffentlicht.',
    fix: 'Es ist nichts zu tun: Der nächste Lauf setzt dort an.',
  },
  'window.not_settled': {
    text: 'Das Zeitfenster dieses Laufs endet in der Zukunft der Quelle oder von UDM.',
    fix: 'Stellen Sie die Uhren richtig. Der nächste Lauf deckt diese Zeit ab.',
  },
  'coverage.changed': {
    text: 'Ein Teil dieses Zeitraums ist inzwischen durch einen anderen Lauf abgedeckt.',
    fix: 'Sehen Sie sich die Lücken erneut an, und füllen Sie, was noch offen ist.',
  },
  'coverage.incomplete': {
    text: 'Dieser Zeitraum ist nicht so exportiert, wie behauptet wurde.',
    fix: 'Sehen Sie ihn sich unter „Abdeckung“ an, und füllen Sie, was fehlt.',
  },
  'run.in_progress': { text: 'Dieser Lauf wartet oder ist im Gang.', fix: 'Brechen Sie ihn ab, oder warten Sie sein Ende ab.' },
  'run.not_retryable': {
    text: 'Wiederholt werden kann nur ein Lauf, der fehlgeschlagen ist, abgebrochen, verpasst oder unterdrückt wurde.',
    fix: 'Für neue Daten führen Sie den Auftrag jetzt aus; für dieselben Daten kopieren Sie den Lauf als Auftrag.',
  },
  'run.job_deleted': { text: 'Der Auftrag dieses Laufs wurde gelöscht.', fix: 'Kopieren Sie den Lauf als neuen Auftrag.' },
  'run.settings_changed': {
    text: 'Der Auftrag exportiert andere Daten als dieser Lauf: Quelle, Typ, Entitätstypen oder Zeitraum wurden geändert.',
    fix: 'Kopieren Sie den Lauf als neuen Auftrag, oder füllen Sie die Lücke unter „Abdeckung“.',
  },
  'run.covered': {
    text: 'Die Daten dieses Laufs hat ein späterer Lauf exportiert.',
    fix: 'Es ist nichts zu tun: Eine Wiederholung würde sie doppelt exportieren.',
  },
  'run.covered_ahead': {
    text: 'Ein Lauf, der wartet oder im Gang ist, wird die Daten dieses Laufs exportieren.',
    fix: 'Es ist nichts zu tun: Warten Sie diesen Lauf ab, und wiederholen Sie ihn, falls er fehlschlägt.',
  },
  'run.not_cancellable': { text: 'Dieser Lauf ist schon beendet.', fix: 'Es gibt nichts mehr abzubrechen.' },
  'test.proof_expired': { text: 'Dieser Test ist zu alt oder war nicht Ihrer.', fix: 'Testen Sie die Einstellungen erneut und öffnen Sie die neue Datei.' },
  'quota.jobs': { text: 'Der Mandant hat so viele Aufträge, wie er haben darf.', fix: 'Löschen Sie Aufträge, die nicht mehr gebraucht werden.' },
  'certificate.unreadable': {
    text: 'Das ist kein X.509-Zertifikat, das UDM lesen kann.',
    fix: 'Laden Sie ein einzelnes Zertifikat als PEM oder DER hoch, höchstens 64 KB.',
  },
  'certificate.private_key_present': {
    text: 'Was Sie hochgeladen haben, enthält einen privaten Schlüssel. Er wurde nicht gespeichert.',
    fix: 'Betrachten Sie diesen Schlüssel als preisgegeben, erzeugen Sie ein neues Paar, und laden Sie nur das Zertifikat hoch.',
  },
  'certificate.expired': { text: 'Das Zertifikat ist abgelaufen.', fix: 'Laden Sie eines hoch, das jetzt gültig ist.' },
  'certificate.not_yet_valid': {
    text: 'Das Zertifikat ist noch nicht gültig.',
    fix: 'Laden Sie eines hoch, das jetzt gültig ist, oder prüfen Sie die Uhr des Servers.',
  },
  'certificate.weak_key': {
    text: 'Der RSA-Schlüssel ist zu schwach oder fehlerhaft.',
    fix: 'Verwenden Sie RSA mit 2048 bis 8192 Bit (empfohlen 3072) und dem Exponenten 65537.',
  },
  'certificate.key_too_large': { text: 'Der RSA-Schlüssel ist größer, als UDM annimmt.', fix: 'Verwenden Sie RSA mit 2048 bis 8192 Bit.' },
  'certificate.key_usage': {
    text: 'Das Zertifikat darf nicht zum Verschlüsseln von Schlüsseln verwendet werden.',
    fix: 'Lassen Sie es mit dem Verwendungszweck keyEncipherment ausstellen.',
  },
  'certificate.algorithm': { text: 'Diese Schlüsselart kann hier nicht verwendet werden.', fix: 'Verwenden Sie einen RSA-Schlüssel.' },
  'certificate.not_for_encryption': {
    text: 'Das Zertifikat ist nicht zum Verschlüsseln bestimmt.',
    fix: 'Verwenden Sie ein Endzertifikat ohne CA:TRUE; eine erweiterte Schlüsselverwendung muss E-Mail-Schutz erlauben.',
  },
  'certificate.ambiguous': { text: 'Was Sie hochgeladen haben, enthält mehrere Endzertifikate.', fix: 'Laden Sie eines nach dem anderen hoch.' },
  'certificate.critical_extension': {
    text: 'Das Zertifikat hat eine kritische Erweiterung, die UDM nicht kennt.',
    fix: 'Lassen Sie es ohne diese Erweiterung ausstellen.',
  },
  'certificate.duplicate': { text: 'Dieses Zertifikat ist schon gespeichert.', fix: 'Verwenden Sie das gespeicherte.' },
  'certificate.proof_limited': {
    text: 'Für dieses Zertifikat gab es zu viele Antworten.',
    fix: 'Öffnen Sie in einer Stunde eine neue Datei und geben Sie das Wort darin ein.',
  },
  'audit.changed': { text: 'Ein Eintrag des Prüfprotokolls ist nicht der, der geschrieben wurde.', fix: 'Vergleichen Sie ihn mit einer früheren Sicherung.' },
  'audit.missing': { text: 'Im Prüfprotokoll fehlen Einträge.', fix: 'Suchen Sie sie in einer Sicherung.' },
  'audit.inserted': {
    text: 'Das Prüfprotokoll enthält einen Eintrag, den UDM nicht geschrieben hat.',
    fix: 'Vergleichen Sie die beiden Einträge dieser Nummer mit einer Sicherung.',
  },
  'audit.reordered': { text: 'Einträge des Prüfprotokolls wurden vertauscht.', fix: 'Vergleichen Sie sie mit einer Sicherung.' },
  'audit.cut': {
    text: 'Das Prüfprotokoll endet vor seinem letzten Anker.',
    fix: 'Suchen Sie die Einträge in einer Sicherung. Nach dem Einspielen einer älteren ist das zu erwarten.',
  },
  'audit.replaced': {
    text: 'Das Prüfprotokoll wurde neu geschrieben: in sich stimmig, aber nicht, was verankert wurde.',
    fix: 'Vergleichen Sie es mit einer Sicherung von vor dem Anker.',
  },
  'audit.anchor_changed': { text: 'Die Datei der Anker wurde geändert, oder es fehlen Zeilen.', fix: 'Vergleichen Sie sie mit einer Kopie.' },
  'audit.anchors_unwritable': {
    text: 'Die Anker des Prüfprotokolls können nicht geschrieben werden.',
    fix: 'Bitten Sie den Betreiber, UDM einen Ordner dafür zu geben.',
  },
  'audit.anchors_unreadable': {
    text: 'Die Anker des Prüfprotokolls können nicht gelesen werden.',
    fix: 'Bitten Sie den Betreiber, UDM die Datei lesen zu lassen.',
  },
  'mail.unreachable': { text: 'Der Mailserver hat die Mail nicht angenommen.', fix: 'Es wird von selbst noch einmal versucht.' },
  'mail.sign_in': {
    text: 'Der Mailserver hat das Konto von UDM abgelehnt.',
    fix: 'Bitten Sie den Betreiber, es zu prüfen; es wird von selbst noch einmal versucht.',
  },
  'mail.refused': { text: 'Der Mailserver hat diese Mail endgültig abgelehnt.', fix: 'Prüfen Sie die Adresse.' },
  'certificate.challenge_spent': {
    text: 'Mit dieser Datei wurde das Zertifikat schon nachgewiesen.',
    fix: 'Machen Sie eine neue Datei und geben Sie das Wort darin ein.',
  },
  'certificate.challenge_failed': {
    text: 'Das ist nicht das Wort in der Datei; das Zertifikat ist nicht nachgewiesen.',
    fix: 'Öffnen Sie die Datei und geben Sie ein, was in Proof.jsonl bei „proofWord“ steht.',
  },
  'certificate.challenge_expired': {
    text: 'Diese Datei ist älter als ein Tag oder wurde für ein anderes Zertifikat oder von jemand anderem gemacht.',
    fix: 'Machen Sie eine neue Datei und geben Sie das Wort darin ein.',
  },
  'certificate.in_use': { text: 'Aufträge verwenden dieses Zertifikat noch.', fix: 'Löschen Sie zuerst diese Aufträge, oder wählen Sie dort ein anderes.' },
  ...problemsOfSources,
  ...problemsOfRequests,
  'source.unreachable': { text: 'Die Quelle antwortet nicht.', fix: 'Prüfen Sie Rechner, Port und Netz; ein Lauf wird von selbst erneut versucht.' },
  'source.authentication': { text: 'Die Quelle hat Benutzername oder Passwort abgelehnt.', fix: 'Berichtigen Sie die Zugangsdaten der Quelle.' },
  'source.permission': { text: 'Die Quelle lässt UDM eine Tabelle nicht lesen.', fix: 'Erteilen Sie das Leserecht (SELECT) für die genannte Tabelle.' },
  'source.missing_table': {
    text: 'Der Quelle fehlt eine Tabelle, die der Katalog erwartet.',
    fix: 'Vergleichen Sie den Katalog mit der Datenbank; die Tabelle ist genannt.',
  },
  'source.missing_column': {
    text: 'Der Quelle fehlt eine Spalte, die der Katalog erwartet.',
    fix: 'Vergleichen Sie den Katalog mit der Datenbank; die Spalte ist genannt.',
  },
  'source.query': {
    text: 'Die Quelle konnte eine Abfrage des Katalogs nicht beantworten.',
    fix: 'Vergleichen Sie die Typen im Katalog mit der Datenbank; Tabelle und SQLSTATE sind genannt.',
  },
  'source.interrupted': {
    text: 'Die Verbindung zur Quelle ist beim Lesen abgebrochen.',
    fix: 'Ein Lauf wird von selbst erneut versucht; wiederholt es sich, sehen Sie in das Protokoll der Quelle.',
  },
  'source.too_slow': {
    text: 'Die Quelle hat zu lange gebraucht.',
    fix: 'Versuchen Sie es erneut, wenn sie weniger belastet ist; bleibt es dabei, lassen Sie einen Index auf der Zeitspalte der genannten Tabelle anlegen.',
  },
  'source.invalid': { text: 'Die Einstellungen der Quelle stimmen nicht.', fix: 'Berichtigen Sie die genannten Felder.' },
  'catalog.invalid': { text: 'Der Katalog enthält Fehler.', fix: 'Berichtigen Sie die genannten Stellen.' },
  'run.cancelled': { text: 'Der Lauf wurde abgebrochen.', fix: 'Führen Sie ihn erneut aus, wenn die Daten noch gebraucht werden.' },
  'run.lost_lease': { text: 'Ein anderer Worker hat diesen Lauf übernommen.', fix: 'Es ist nichts zu tun: Der andere Versuch läuft weiter.' },
  'run.interrupted': { text: 'UDM wurde mitten im Lauf angehalten.', fix: 'Es ist nichts zu tun: Der Lauf beginnt von vorn, sobald UDM startet.' },
  'run.crashed': {
    text: 'Der Worker ist mitten im Lauf stehen geblieben.',
    fix: 'UDM versucht es von selbst erneut; nach 5 Abstürzen kommt der Lauf in Quarantäne.',
  },
  'run.quarantined': {
    text: 'Fünf Versuche hintereinander endeten mit dem Ende ihres Workers; der Lauf ist daher in Quarantäne, und UDM versucht ihn nicht von selbst erneut.',
    fix: 'Prüfen Sie Speicher und Datenträger der Maschine und das Protokoll von UDM zu den Zeiten der Versuche, und wiederholen Sie den Lauf dann von Hand.',
  },
  'run.thread_ended': {
    text: 'Ein Thread, der die Datei herstellte, endete unerwartet.',
    fix: 'UDM versucht es von selbst erneut. Geschieht es wieder, geben Sie der Maschine mehr Speicher oder lassen Sie weniger Jobs zugleich laufen.',
  },
  'run.certificate_invalid': {
    text: 'Das Zertifikat eines Empfängers ist nicht mehr gültig, daher wurde nichts gelesen.',
    fix: 'Laden Sie ein neues Zertifikat hoch, und wählen Sie es im Auftrag.',
  },
  'run.split_too_small': {
    text: 'Eine einzelne Zeile ist größer als die Größe, ab der der Auftrag seine Dateien teilt; daher wurde nichts veröffentlicht.',
    fix: 'Wählen Sie im Auftrag eine größere oder keine, und wiederholen Sie den Lauf.',
  },
  'run.value_unfit': {
    text: 'Ein Wert passt nicht zu dem Typ, den seine Spalte in Parquet hat; daher wurde nichts veröffentlicht.',
    fix: 'Wählen Sie im Auftrag JSON Lines oder CSV, oder berichtigen Sie den Wert in der Quelle, und wiederholen Sie den Lauf.',
  },
  'storage.write_failed': {
    text: 'Die Datei konnte nicht geschrieben werden.',
    fix: 'Prüfen Sie, ob der Datenordner beschreibbar ist und genug Platz hat.',
  },
  'storage.read_back': {
    text: 'Die gespeicherte Datei ließ sich nicht so zurücklesen, wie sie geschrieben wurde.',
    fix: 'Prüfen Sie den Datenträger; die Datei wurde entfernt und ist nicht aufgeführt.',
  },
  'storage.unreadable': {
    text: 'Die Ablage der Dateien konnte nicht gelesen werden.',
    fix: 'Prüfen Sie den Datenträger und die Rechte des Datenordners; „udm doctor“ sagt mehr.',
  },
  'storage.remove_failed': {
    text: 'Die Datei konnte nicht aus der Ablage gelöscht werden.',
    fix: 'UDM versucht es von selbst erneut; prüfen Sie den Datenträger und die Rechte des Datenordners.',
  },
  'retention.not_halted': {
    text: 'Das Löschen abgelaufener Dateien ist nicht angehalten, oder inzwischen aus einem anderen Grund.',
    fix: 'Laden Sie die Seite neu; vielleicht gibt es nichts zu bestätigen.',
  },
  'artifact.missing': {
    text: 'Diese Datei liegt nicht in der Ablage, obwohl sie dort sein sollte.',
    fix: 'Führen Sie ihr Zeitfenster erneut aus; „udm check“ sagt dem Betreiber, was sonst fehlt.',
  },
  'artifact.damaged': {
    text: 'Diese Datei ist beschädigt: Sie hat in der Ablage eine andere Länge, als geschrieben wurde.',
    fix: 'Führen Sie ihr Zeitfenster erneut aus; „udm check“ sagt dem Betreiber, was sonst nicht stimmt.',
  },
  'artifact.gone': { text: 'Die Datei ist abgelaufen oder wurde entfernt.', fix: 'Führen Sie ihr Zeitfenster erneut aus.' },
  'artifact.deleted': { text: 'Die Datei wurde gelöscht.', fix: 'Führen Sie ihr Zeitfenster erneut aus.' },
  'artifact.withdrawn': {
    text: 'Die Datei wurde zurückgezogen: Sie hätte nicht erstellt oder herausgegeben werden sollen.',
    fix: 'Löschen Sie, was Sie davon heruntergeladen haben. Ihr Zeitfenster kann erneut laufen.',
  },
  'artifact.live': {
    text: 'Die Datei kann noch heruntergeladen werden.',
    fix: 'Laden Sie sie herunter; ihr Zeitfenster muss erst erneut laufen, wenn sie abgelaufen oder gelöscht ist.',
  },
  'artifact.job_gone': {
    text: 'Der Auftrag dieser Datei wurde gelöscht.',
    fix: 'Legen Sie einen Auftrag mit derselben Quelle und demselben Typ an und füllen Sie den Zeitraum damit.',
  },
  'artifact.job_changed': {
    text: 'Der Auftrag dieser Datei exportiert inzwischen eine andere Quelle, einen anderen Typ oder weniger Entitätstypen.',
    fix: 'Legen Sie einen Auftrag mit der Quelle, dem Typ und den Entitätstypen der Datei an und füllen Sie den Zeitraum damit.',
  },
  'download.changed': { text: 'Die Datei ist nicht mehr die, mit der dieser Download begann.', fix: 'Beginnen Sie den Download neu.' },
  'download.range': { text: 'Die Datei hat diese Bytes nicht.', fix: 'Beginnen Sie den Download neu.' },
  'file.not_encrypted': { text: 'Das ist keine Datei, die UDM entschlüsseln kann.', fix: 'Geben Sie eine .zip.p7m-Datei von UDM oder openssl (DER) an.' },
  'file.not_recipient': {
    text: 'Die Datei wurde nicht für diesen Schlüssel verschlüsselt.',
    fix: 'Verwenden Sie den privaten Schlüssel zu einem der Empfängerzertifikate.',
  },
  'file.damaged': { text: 'Die Datei ist beschädigt oder wurde verändert.', fix: 'Laden Sie sie erneut herunter.' },
  'file.signature': {
    text: 'Die Signatur passt nicht zu dem, was sie unterschreibt: Es wurde verändert, oder ein anderer Schlüssel hat unterschrieben.',
    fix: 'Holen Sie die Datei noch einmal von dort, woher sie kam; hilft das nicht, verlassen Sie sich nicht auf sie.',
  },
  'file.signer': {
    text: 'Unterschrieben hat kein Schlüssel, dem Sie vertrauen.',
    fix: 'Vergleichen Sie die Kennung des Schlüssels mit den Signaturschlüsseln in den Einstellungen des UDM, das die Datei gemacht haben soll.',
  },
  'file.key': {
    text: 'Der private Schlüssel kann nicht gelesen werden.',
    fix: 'Geben Sie einen privaten RSA-Schlüssel als PEM an; zu einem verschlüsselten Schlüssel gehört die Passphrase.',
  },
};
