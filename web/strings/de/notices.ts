import type { notices as english } from '../notices.ts';
import type { Translation } from '../translation.ts';

export const notices: Translation<typeof english> = {
  title: 'Benachrichtigungen per E-Mail',
  lead: 'UDM schreibt Ihnen, wenn Ihre Zertifikate ablaufen, wenn Ihre Aufträge scheitern und wieder laufen, wenn ein Auftrag beginnt oder aufhört, für Sie zu verschlüsseln, und wenn Fristen von Anträgen nahen.',
  notConfigured: 'Dieses UDM hat noch keinen Mailserver: Es wird nichts gesendet. Ihre Wahl bleibt erhalten.',
  email: 'E-Mail-Adresse',
  emailHint: 'Leer: Sie bekommen keine Mails. Die Adresse, die vorher hier stand, erfährt von einer Änderung.',
  language: 'Sprache der Mails',
  kinds: 'Schreiben Sie mir, wenn',
  kind: {
    certificate_ends: 'ein Zertifikat von mir in 30, 7 oder 1 Tagen abläuft',
    certificate_ended: 'ein Zertifikat von mir abgelaufen ist',
    run_failed: 'ein Auftrag von mir scheitert',
    run_recovered: 'ein Auftrag von mir wieder läuft, nachdem er gescheitert war',
    recipients_changed: 'mein Zertifikat in einen Auftrag aufgenommen oder daraus genommen wird',
    request_deadline: 'die Frist eines Antrags, den ich bearbeiten darf, in 10, 5 oder 1 Tagen endet',
    request_overdue: 'die Frist eines Antrags, den ich bearbeiten darf, vorbei ist',
  },
  save: 'Speichern',
  saved: 'Gespeichert',
  givenUp: 'Die letzte Mail an Sie konnte nicht zugestellt werden',
  givenUpText: (title) => `Es ging um „${title}“. Prüfen Sie die Adresse, oder bitten Sie den Betreiber dieses UDM, „udm notice list“ anzusehen.`,
};
