import type { serverProblem as english } from '../problems-of-server.ts';

/** What may be wrong with the settings of a source, and with the way to it. */
export const problemsOfSources: typeof english = {
  'source.name_required': { text: 'Eine Quelle braucht einen Namen.', fix: 'Geben Sie einen Namen von 1 bis 100 Zeichen ein.' },
  'source.name_too_long': { text: 'Der Name ist zu lang.', fix: 'Verwenden Sie höchstens 100 Zeichen.' },
  'source.name_control_characters': {
    text: 'Der Name enthält Zeichen, die sich nicht anzeigen lassen.',
    fix: 'Lassen Sie Zeilenumbrüche, Steuerzeichen und Richtungszeichen weg.',
  },
  'source.name_taken': { text: 'Eine Quelle dieses Namens gibt es schon.', fix: 'Wählen Sie einen anderen Namen; Groß- und Kleinschreibung zählt nicht.' },
  'source.connector_unknown': { text: 'Diese Art von System kann UDM nicht lesen.', fix: 'Wählen Sie eine der angebotenen.' },
  'source.catalog_unknown': { text: 'Diesen Katalog gibt es nicht.', fix: 'Wählen Sie einen der angebotenen.' },
  'source.catalog_fixed': {
    text: 'Der Katalog einer Quelle, die Aufträge hat oder aus der exportiert wurde, bleibt, wie er ist.',
    fix: 'Legen Sie mit dem anderen Katalog eine weitere Quelle an.',
  },
  'source.host_required': { text: 'Der Rechner fehlt.', fix: 'Geben Sie Name oder Adresse des Rechners ein, auf dem die Datenbank ist.' },
  'source.host_invalid': {
    text: 'Das ist weder ein Rechnername noch eine Adresse.',
    fix: 'Schreiben Sie db.example.com, 10.1.2.3 oder 2001:db8::1, ohne Port und ohne „postgres://“.',
  },
  'source.port_range': {
    text: 'Der Port liegt außerhalb des Erlaubten.',
    fix: 'Geben Sie eine ganze Zahl von 1 bis 65535 ein; PostgreSQL hört meist auf 5432.',
  },
  'source.database_invalid': { text: 'Der Name der Datenbank stimmt nicht.', fix: 'Geben Sie 1 bis 63 Bytes ohne Steuerzeichen ein.' },
  'source.user_invalid': { text: 'Der Name des Datenbankbenutzers stimmt nicht.', fix: 'Geben Sie 1 bis 63 Bytes ohne Steuerzeichen ein.' },
  'source.password_required': { text: 'Das Passwort fehlt.', fix: 'Geben Sie das Passwort des Datenbankbenutzers ein.' },
  'source.password_invalid': { text: 'Das Passwort ist nicht verwendbar.', fix: 'Verwenden Sie 1 bis 1000 Zeichen ohne Steuerzeichen.' },
  'source.password_again': {
    text: 'Rechner, Port oder TLS sind andere als die, für die das gespeicherte Passwort eingegeben wurde; deshalb wird es nicht dorthin gesendet.',
    fix: 'Geben Sie das Passwort erneut ein.',
  },
  'source.tls_invalid': { text: 'Diese Art von TLS wird nicht angeboten.', fix: 'Wählen Sie eine der angebotenen.' },
  'source.ca_unreadable': {
    text: 'Die CA-Zertifikate sind nicht lesbar.',
    fix: 'Geben Sie PEM-Text ein, „-----BEGIN CERTIFICATE-----“ und was folgt, höchstens 64 KB.',
  },
  'source.ca_private_key': {
    text: 'Bei den CA-Zertifikaten steht ein privater Schlüssel. Es wurde nichts gespeichert.',
    fix: 'Betrachten Sie diesen Schlüssel als bekannt geworden, und geben Sie nur die Zertifikate ein.',
  },
  'source.settle_range': {
    text: 'Die Nachlaufzeit liegt außerhalb des Erlaubten.',
    fix: 'Geben Sie eine ganze Zahl von 0 bis 2678400 Sekunden (31 Tage) ein.',
  },
  'source.in_requests': {
    text: 'Anträge, die noch nicht zu Ende sind, suchen in dieser Quelle nach Personen oder ändern dort ihre Daten.',
    fix: 'Lassen Sie sie zu Ende gehen, oder halten Sie die an, für die noch nichts geändert ist; „value“ sagt, wie viele es sind.',
  },
  'source.in_use': { text: 'Aufträge verwenden diese Quelle noch.', fix: 'Löschen Sie diese Aufträge, oder geben Sie ihnen eine andere Quelle.' },
  'source.host_unknown': {
    text: 'Der Rechnername der Quelle ist nicht aufzulösen.',
    fix: 'Prüfen Sie die Schreibweise, und ob der Rechner von UDM ihn nachschlagen kann.',
  },
  'source.host_refused': {
    text: 'Mit diesem Rechner verbindet sich UDM nicht: Unter Adressen dieser Art ist keine Quelle, oder er steht nicht unter den erlaubten.',
    fix: 'Verwenden Sie die Adresse der Datenbank selbst; wer UDM betreibt, kann Rechner mit UDM_SOURCE_HOSTS erlauben.',
  },
  'source.no_answer': {
    text: 'Der Rechner antwortet nicht rechtzeitig.',
    fix: 'Prüfen Sie Rechner und Port, und ob eine Firewall zwischen UDM und der Quelle die Verbindung verwirft.',
  },
  'source.tls_not_offered': {
    text: 'Der Server der Quelle bietet kein TLS an; deshalb wurde ihm nichts gesendet.',
    fix: 'Schalten Sie TLS im Server ein („ssl = on“ und ein Zertifikat), oder wählen Sie „aus“, wo der Weg dorthin sicher ist.',
  },
  'source.tls_untrusted': {
    text: 'Das Zertifikat des Servers ist von keiner CA, der hier vertraut wird; deshalb wurde ihm nichts gesendet.',
    fix: 'Geben Sie das Zertifikat der ausstellenden CA ein; haben Sie das getan, ist es womöglich ein anderer Server, als Sie denken.',
  },
  'source.tls_wrong_name': {
    text: 'Das Zertifikat des Servers gilt für einen anderen Rechner; deshalb wurde ihm nichts gesendet.',
    fix: 'Schreiben Sie den Rechner so, wie er im Zertifikat steht, oder lassen Sie eines für diesen Rechner ausstellen.',
  },
  'source.tls_expired': {
    text: 'Das Zertifikat des Servers ist zurzeit nicht gültig; deshalb wurde ihm nichts gesendet.',
    fix: 'Lassen Sie es erneuern, und prüfen Sie die Uhr des Rechners von UDM.',
  },
  'source.tls_failed': {
    text: 'Eine sichere Verbindung zur Quelle kam nicht zustande; deshalb wurde ihr nichts gesendet.',
    fix: 'Prüfen Sie, ob der Port der von PostgreSQL ist und sein Server TLS 1.2 oder neuer spricht.',
  },
  'source.not_admitted': {
    text: 'Der Server der Quelle lässt diesen Benutzer von hier nicht zu.',
    fix: 'Prüfen Sie pg_hba.conf: Vielleicht verlangt sie TLS, oder Adresse, Benutzer oder Datenbank fehlen darin.',
  },
};
