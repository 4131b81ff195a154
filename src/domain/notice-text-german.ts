import { causeText } from './notice.ts';
import type { NoticeWords } from './notice-words.ts';

const tage = (count: number) => (count === 1 ? '1 Tag' : `${count} Tagen`);

/** The German texts of mails. What a run failed of stands in English, as in the run itself. */
export const GERMAN_NOTICES: NoticeWords = {
  texts: {
    certificate_ends: ({ title, at, days }) => ({
      subject: `Das Zertifikat „${title}“ läuft in ${tage(days)} ab`,
      body: `Ihr Zertifikat „${title}“ läuft am ${at} ab.\n\nDanach beginnt kein Lauf mehr, der dafür verschlüsselt: Er scheitert, bevor etwas gelesen wird. Laden Sie das neue Zertifikat unter Einstellungen hoch und wählen Sie es in den Aufträgen, die dieses verwenden.`,
    }),
    certificate_ended: ({ title, at }) => ({
      subject: `Das Zertifikat „${title}“ ist abgelaufen`,
      body: `Ihr Zertifikat „${title}“ ist am ${at} abgelaufen.\n\nLäufe, die dafür verschlüsseln, scheitern, bevor etwas gelesen wird, bis ihre Aufträge ein gültiges haben. Laden Sie ein neues unter Einstellungen hoch und wählen Sie es in den Aufträgen, die dieses verwenden.`,
    }),
    run_failed: ({ title, at, code }) => ({
      subject: `Der Auftrag „${title}“ ist gescheitert`,
      body: `Der Lauf des Auftrags „${title}“ für ${at} ist gescheitert:\n\n${GERMAN_NOTICES.cause(code)}\n\nVon weiteren Fehlern dieses Auftrags erfahren Sie nicht, aber wenn er wieder läuft.`,
    }),
    run_recovered: ({ title, at }) => ({
      subject: `Der Auftrag „${title}“ läuft wieder`,
      body: `Der Auftrag „${title}“ war gescheitert. Sein Lauf für ${at} ist gelungen.`,
    }),
    recipients_changed: ({ title, by, change }) => ({
      subject: `Die Empfänger des Auftrags „${title}“ wurden geändert`,
      body:
        change === 'added'
          ? `${by} hat Ihr Zertifikat für den Auftrag „${title}“ gewählt: Seine Dateien werden von nun an auch für Sie verschlüsselt.`
          : `${by} hat Ihr Zertifikat aus dem Auftrag „${title}“ genommen: Die Dateien, die er von nun an macht, können Sie nicht öffnen.\n\nWenn Sie nicht wissen, warum, fragen Sie ${by} oder einen Administrator.`,
    }),
    request_deadline: ({ title, at, days }) => ({
      subject: days === 0 ? `Der Antrag ${title} endet heute` : `Der Antrag ${title} endet in ${days === 1 ? '1 Tag' : `${days} Tagen`}`,
      body: `Der Antrag ${title} ist bis ${at} zu beantworten.\n\nÖffnen Sie ihn in UDM unter DSGVO: Dort steht, worauf er wartet und wer das tun kann. Im ersten Monat lässt sich seine Frist einmal verlängern, wenn die Person erfährt, warum (Art. 12 Abs. 3 DSGVO).`,
    }),
    request_overdue: ({ title, at }) => ({
      subject: `Der Antrag ${title} ist überfällig`,
      body: `Der Antrag ${title} war bis ${at} zu beantworten und ist noch offen.\n\nÖffnen Sie ihn in UDM unter DSGVO: Dort steht, worauf er wartet und wer das tun kann. Davon erfahren Sie nicht noch einmal.`,
    }),
    audit_broken: ({ title, at, code }) => ({
      subject: 'Das Protokoll ist nicht, was es war',
      body: `Die tägliche Prüfung aller Einträge des Protokolls hat am ${at} gefunden, dass es geändert wurde. Der erste Befund ist bei Nummer ${title}:\n\n${GERMAN_NOTICES.cause(code)}\n\nDie Seite „Protokoll“ hat einen Knopf, der das ganze Protokoll prüft; „udm audit verify“ zeigt dasselbe an der Befehlszeile. Davon erfahren Sie nur noch einmal, wenn etwas anderes dazukommt.`,
    }),
    address_changed: ({ title, by, at }) => ({
      subject: `Die E-Mail-Adresse von „${title}“ wurde geändert`,
      body: `${by} hat am ${at} die E-Mail-Adresse des Benutzers „${title}“ geändert. An diese Adresse schreibt UDM nicht mehr.\n\nWenn Sie nicht wissen, warum, sagen Sie es sofort einem Administrator, und beenden Sie Ihre Sitzungen unter Einstellungen: Vielleicht benutzt jemand anders eine davon.`,
    }),
    second_factor_reset: ({ title, by }) => ({
      subject: 'Ihr zweiter Faktor wurde entfernt',
      body: `${by} hat den zweiten Faktor Ihres Kontos „${title}“ entfernt; Sie wurden überall abgemeldet. Bis Sie unter Einstellungen einen neuen einrichten, genügt zur Anmeldung Ihr Passwort.\n\nWenn Sie nicht darum gebeten haben, ändern Sie jetzt Ihr Passwort und sagen Sie einem Administrator Bescheid.`,
    }),
  },
  foot: (tenant) => `UDM, Mandant ${tenant}. Welche dieser Mails Sie bekommen, wählen Sie in UDM unter Einstellungen.`,
  cause: (code) => `Ursache (auf Englisch): ${causeText(code)}`,
};
