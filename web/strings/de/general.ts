import type { general as english } from '../general.ts';
import type { Translation } from '../translation.ts';

export const general: Translation<typeof english> = {
  app: {
    name: 'User Data Management',
    skip: 'Zum Inhalt springen',
    mainNavigation: 'Hauptnavigation',
    loading: 'Wird geladen',
    close: 'Schließen',
    cancel: 'Abbrechen',
    back: 'Zurück',
    notAvailable: '–',
    copy: (what) => `${what} kopieren`,
    copied: 'Kopiert',
    retry: 'Erneut versuchen',
    inZone: (zone) => `Alle Zeiten gelten für ${zone}.`,
  },
  tabs: { jobs: 'Aufträge', history: 'Verlauf', artifacts: 'Dateien' },
  user: {
    menu: (name) => `Benutzermenü von ${name}`,
    preferences: 'Benutzereinstellungen',
    signOut: 'Abmelden',
    tenant: (name) => `Mandant ${name}`,
  },
  signIn: {
    title: 'Anmelden',
    lead: 'Exportieren Sie die Daten Ihres Contact-Centers so verschlüsselt, dass nur Sie sie lesen können.',
    tenant: 'Mandant',
    tenantHint: 'Lassen Sie das Feld leer, wenn Ihnen keiner genannt wurde. Sie können auch Mandant\\Benutzer als Benutzernamen angeben.',
    user: 'Benutzername',
    userMissing: 'Geben Sie Ihren Benutzernamen ein.',
    next: 'Weiter',
    password: 'Passwort',
    passwordMissing: 'Geben Sie Ihr Passwort ein.',
    submit: 'Anmelden',
    as: (user) => `Anmeldung als ${user}`,
    change: 'Benutzer wechseln',
  },
  denied: {
    title: 'Zugriff verweigert',
    text: 'Mit Ihren Rollen dürfen Sie keine Exporte sehen.',
    fix: 'Bitten Sie die Administration Ihres Mandanten um die Rolle UCSX Exporter oder iWD Administrator.',
  },
  notFound: {
    title: 'Diese Seite gibt es nicht',
    text: 'Vielleicht ist die Adresse falsch geschrieben, oder was sie zeigte, wurde gelöscht.',
    action: 'Zu den Aufträgen',
  },
};
